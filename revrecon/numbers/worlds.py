"""How this room asks for worlds."""

from collections.abc import Callable
from datetime import date

from revrecon.canonical.world import World

WorldOn = Callable[[date], World]
"""The world at the end of a day, with today's identities. Raises NotKnown for a day before all history."""
