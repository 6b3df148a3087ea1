"""Two verbs that every channel knows: send, and say whether something was sent."""

from datetime import datetime
from typing import Protocol

from revrecon.tickets.notices import Notice


class Channel(Protocol):
    """A place that people are told things in. Both verbs raise Trouble."""

    def send(self, notice: Notice, key: str) -> None:
        """Tell it, carrying the key as the channel offers. Raises TryLater, Unsure or Refused."""
        ...

    def was_sent(self, notice: Notice, key: str, since: datetime) -> bool:
        """Whether it was told since a moment: asked only where the answer of a try was lost.

        A channel that cannot know says no: then it is told again, under the same key, since twice is better than never.
        """
        ...
