"""What became of faults and of bad inputs, so that tests judge and the table of promises shows the very same."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Of one kind of fault: how many were tried, and a sentence on each that lost or doubled something."""

    tried: int = 0
    lost: list[str] = field(default_factory=list)

    def judge(self, what: str, troubles: list[str]) -> None:
        """One more was tried; `troubles` says what is not as it would have been without it."""
        self.tried += 1
        if troubles:
            self.lost.append(f"{what}: {'; '.join(troubles[:5])}")

    @property
    def survived(self) -> int:
        return self.tried - len(self.lost)
