"""The daily report by mail: who gets it, and when."""

from datetime import time
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints, field_validator

from mci_router.specs.base import Spec

ADDRESS = r"^[^\s@<>\",;:\\()\[\]?\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,189}$"
MailAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=ADDRESS)]
"""An address as a mail server takes it, without a name. A question mark could begin an encoded word (RFC 2047), which
hides what it says from those who check it.
"""

OfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class DailyReportSpec(Spec):
    """Yesterday's figures, each morning, in a mail of its own to each of these addresses."""

    to: Annotated[list[MailAddress], Field(min_length=1, max_length=20, examples=[["lead@example.com"]])]
    at: Annotated[OfDay, Field(description="By the workspace's clocks.", examples=["06:30"])] = "06:30"

    @property
    def time(self) -> time:
        """When it leaves."""
        return time.fromisoformat(self.at)

    @field_validator("to")
    @classmethod
    def each_once(cls, value: list[str]) -> list[str]:
        if len({one.casefold() for one in value}) < len(value):
            raise ValueError("names an address twice")
        return value


DailyReport: TypeAlias = Annotated[
    DailyReportSpec | None, Field(description="Yesterday's figures by mail; null: nobody gets them.")
]
