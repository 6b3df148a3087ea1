"""What holds for every test."""

import os

from hypothesis import settings

os.environ.pop("COLUMNS", None)  # a console takes its width from here once and for all; tests say theirs by themselves

settings.register_profile("revrecon", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("revrecon")
