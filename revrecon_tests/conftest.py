"""What holds for every test."""

import os

os.environ.pop("COLUMNS", None)  # a console takes its width from here once and for all; tests say theirs by themselves
