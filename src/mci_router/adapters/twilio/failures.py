"""Why Twilio did not deliver a message, as the router's receipts have it. Pure."""

from collections.abc import Mapping
from typing import Any

OPTED_OUT = "opted_out"
NO_SUCH_NUMBER = "no_such_number"
UNREACHABLE = "unreachable"
WINDOW_CLOSED = "window_closed"
TOO_LONG = "too_long"
REFUSED = "refused_by_carrier"
ATTACHMENT = "attachment_refused"
NOT_DELIVERED = "not_delivered"

SLUGS: Mapping[int, str] = {
    21211: NO_SUCH_NUMBER,
    21217: NO_SUCH_NUMBER,
    21408: REFUSED,
    21604: NO_SUCH_NUMBER,
    21610: OPTED_OUT,
    21612: UNREACHABLE,
    21614: NO_SUCH_NUMBER,
    21617: TOO_LONG,
    21620: ATTACHMENT,
    21623: ATTACHMENT,
    30003: UNREACHABLE,
    30004: REFUSED,
    30005: NO_SUCH_NUMBER,
    30006: UNREACHABLE,
    30007: REFUSED,
    30008: NOT_DELIVERED,
    30019: ATTACHMENT,
    63003: NO_SUCH_NUMBER,
    63016: WINDOW_CLOSED,
    63019: ATTACHMENT,
    63024: NO_SUCH_NUMBER,
}
RETRYABLE = frozenset({30001, 30003, 30008, 63018})
"""Those that sending again, by hand, may mend."""

STATES: Mapping[str, str] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""How far a message is that Twilio says has this status; its others say less than that we gave it to Twilio."""


def error_of(code: int | None, said: str = "") -> dict[str, Any]:
    """Returns the error of a receipt: `{slug, detail, retryable}`."""
    detail = (
        f"Twilio's error {code}: https://www.twilio.com/docs/api/errors/{code}" if code else "Twilio gives no reason."
    )
    slug = SLUGS.get(code or 0, NOT_DELIVERED)
    return {"slug": slug, "detail": f"{said} {detail}".strip()[:500], "retryable": code in RETRYABLE}


def code_of(sent: str | None) -> int | None:
    """Returns an error's number; None for none, or one that is no number."""
    return int(sent) if sent and sent.isdecimal() and len(sent) <= 9 else None
