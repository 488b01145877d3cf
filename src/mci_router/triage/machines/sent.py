"""What machines send to a company's addresses, and how it was recognised."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from mci_router.vocabulary import ContactKind

Patterns: TypeAlias = Sequence[str]


class Sent(StrEnum):
    """What a machine, or somebody who writes to thousands, sends."""

    DELIVERY_REPORT = "a delivery report"
    AUTOMATIC_REPLY = "an automatic reply"
    AUTOMATIC_MESSAGE = "an automatic message"
    READ_RECEIPT = "a read receipt"
    CALENDAR_REPLY = "a calendar reply"
    BULK_MAIL = "bulk mail"
    PHISHING = "phishing"
    SALES_PITCH = "a sales pitch"
    SUPPLIER_INVOICE = "a supplier's invoice"


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who wrote, and how that was recognised.

    `by_channel`: a header says so, which no customer writes by hand; otherwise only the words say so, which may be a
    customer's. `opts_in`: the text takes an opt-out back, if there is one.
    """

    kind: ContactKind = ContactKind.CUSTOMER
    by_channel: bool = False
    reason: str = ""
    opts_in: bool = False


CUSTOMER = Recognised()
