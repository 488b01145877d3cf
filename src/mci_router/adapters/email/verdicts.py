"""Verdicts: what became of a mail, by a name that is kept, counted, and given back to the mail server."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What a mail server hears."""

    TAKEN = "250"
    AGAIN = "451"
    NEVER = "554"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mail. `name` is a slug; `detail` has nothing that is private."""

    fate: Fate
    name: str
    detail: str = ""

    @property
    def reply(self) -> str:
        """The line for the mail server."""
        status = {Fate.TAKEN: "2.0.0", Fate.AGAIN: "4.3.0", Fate.NEVER: "5.6.0"}[self.fate]
        return f"{self.fate} {status} {self.name}{': ' if self.detail else ''}{self.detail}"


def taken(name: str, detail: str = "") -> Verdict:
    """Returns that a mail is done with: it is a message, or needs to be none."""
    return Verdict(Fate.TAKEN, name, detail)


def again(name: str, detail: str = "") -> Verdict:
    """Returns that a mail cannot be taken now: the mail server keeps it, and comes again."""
    return Verdict(Fate.AGAIN, name, detail)


def never(name: str, detail: str = "") -> Verdict:
    """Returns that a mail will never be taken: its sender hears that."""
    return Verdict(Fate.NEVER, name, detail)
