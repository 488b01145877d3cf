"""What machines send to a company's addresses, and how it was recognised."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

from mci_router.values import value
from mci_router.vocabulary import Channel, ContactKind

Patterns: TypeAlias = Sequence[str]


class Sent(StrEnum):
    """The kinds of texts that machines, or people who write to thousands, send."""

    DELIVERY_REPORT = "a delivery report"
    AUTOMATIC_REPLY = "an automatic reply"
    AUTOMATIC_MESSAGE = "an automatic message"
    READ_RECEIPT = "a read receipt"
    CALENDAR_REPLY = "a calendar reply"
    BULK_MAIL = "bulk mail"
    PHISHING = "phishing"
    SALES_PITCH = "a sales pitch"
    SUPPLIER_INVOICE = "a supplier's invoice"


@value
class Recognised:
    """The writer of a text, and how it was recognised.

    `by_channel`: a header says so, which no customer writes by hand; otherwise only the words say so, which may be a
    customer's. `opts_in`: the text takes an opt-out back, if there is one.
    """

    kind: ContactKind = ContactKind.CUSTOMER
    by_channel: bool = False
    reason: str = ""
    opts_in: bool = False


CUSTOMER = Recognised()

WRITTEN = frozenset({Channel.EMAIL, Channel.SMS}) | {channel for channel in Channel if channel == "messaging"}
"""Channels from which customers opt out, because there the company also writes first; machines write on them, too."""

WRITTEN_TO = WRITTEN | {Channel.SOCIAL}
"""Channels on which machines write."""
