"""A clock that tests set."""

import datetime as dt


class FakeClock:
    """Time that passes when it is told to."""

    def __init__(self, now=dt.datetime(2026, 3, 9, 14, tzinfo=dt.UTC)) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def later(self, **passed: float) -> None:
        self.now += dt.timedelta(**passed)
