"""Why a write-back cannot be begun, gone on with, or undone."""


class WriteRefused(Exception):
    """What was asked for is not permitted, not possible, or not what was looked at."""


class UnderWay(WriteRefused):
    """Somebody else writes to the system, or a write to it is not finished."""


class NoSuchWrite(WriteRefused):
    """No write, or several, are known by the name."""
