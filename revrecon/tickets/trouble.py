"""What can go wrong on the way out, told apart by what is known of the other side."""

from datetime import timedelta


class Trouble(Exception):
    """Something did not go out. The message stays in the outbox, whatever the reason."""


class TryLater(Trouble):
    """It was surely not done, and will be possible again, such as after too many requests or without a network."""

    def __init__(self, said: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(said)
        self.after = after


class Unsure(Trouble):
    """It was sent, and the answer was lost: it may have been done."""


class NotKnownYet(Trouble):
    """A claim of an earlier try is being looked for; an absence is not believed before `after` has passed."""

    def __init__(self, said: str, after: timedelta) -> None:
        super().__init__(said)
        self.after = after


class Refused(Trouble):
    """It was surely not done, and will not be before someone changes something."""


class Gone(Trouble):
    """The ticket is not there any more."""


class SecretMissing(Trouble):
    """An environment variable that holds a secret is not set."""
