"""Machines recognised by the channel's headers: RFC 3834 and the like. Pure.

People's mail programs do not send these headers.
"""

from collections.abc import Iterator, Mapping

from mci_router.triage.machines.sent import Sent

LONGEST_VALUE = 500  # characters of a header that are looked at
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon")
_REPORTS = {
    "delivery-status": Sent.DELIVERY_REPORT,
    "disposition-notification": Sent.READ_RECEIPT,
    "feedback-report": Sent.AUTOMATIC_MESSAGE,
}
_AUTOREPLIES = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation")
_SUPPRESS, _ANSWERS = "x-auto-response-suppress", {"all", "oof", "autoreply"}  # other words are about receipts
_BULK = ("list-unsubscribe", "list-unsubscribe-post", "list-id")
_DENIALS = ("", "no", "none", "false", "0")


def by_headers(headers: Mapping[str, str], sender: str | None) -> tuple[Sent, str] | None:
    """Returns what was sent and the header that says so, or None. `sender` is the address that it came from."""
    plain = {name.strip().lower(): " ".join(value[:LONGEST_VALUE].split()).lower() for name, value in headers.items()}
    return next(_found(plain, sender or ""), None)


def _found(plain: Mapping[str, str], sender: str) -> Iterator[tuple[Sent, str]]:
    yield from _reports(plain)
    automatic = plain.get("auto-submitted", "no").partition(";")[0].strip()
    if automatic not in _DENIALS:
        yield (Sent.AUTOMATIC_REPLY if automatic.startswith("auto-repl") else Sent.AUTOMATIC_MESSAGE), "Auto-Submitted"
    for name in _AUTOREPLIES:
        if plain.get(name, "") not in _DENIALS:
            yield Sent.AUTOMATIC_REPLY, name.title()
    if _ANSWERS & set(plain.get(_SUPPRESS, "").replace(",", " ").split()):
        yield Sent.AUTOMATIC_REPLY, _SUPPRESS.title()
    yield from _bulk(plain)
    if plain.get("return-path") == "<>":
        yield Sent.AUTOMATIC_MESSAGE, "Return-Path"
    if sender.partition("@")[0].lower() in _DAEMONS or any(
        daemon + "@" in plain.get("from", "") for daemon in _DAEMONS
    ):
        yield Sent.DELIVERY_REPORT, "From"


def _reports(plain: Mapping[str, str]) -> Iterator[tuple[Sent, str]]:
    content = plain.get("content-type", "")
    if content.startswith("multipart/report"):
        yield (
            next((sent for report, sent in _REPORTS.items() if report in content), Sent.DELIVERY_REPORT),
            "Content-Type",
        )
    if content.startswith("text/calendar"):
        yield Sent.CALENDAR_REPLY, "Content-Type"
    if plain.get("x-failed-recipients"):
        yield Sent.DELIVERY_REPORT, "X-Failed-Recipients"


def _bulk(plain: Mapping[str, str]) -> Iterator[tuple[Sent, str]]:
    """Finds the signs of bulk mail.

    A list to which everybody can write is not one: some companies' addresses are such lists, and each customer's mail
    comes through it. Nor is a Feedback-ID: Amazon SES and others put it on whatever they carry, people's mails included.
    """
    precedence = plain.get("precedence", "")
    if precedence.replace("-", "_") == "auto_reply":
        yield Sent.AUTOMATIC_REPLY, "Precedence"
    if precedence in ("bulk", "junk"):
        yield Sent.BULK_MAIL, "Precedence"
    if "mailing-list" not in plain and plain.get("list-post", "no") == "no":
        yield from ((Sent.BULK_MAIL, name.title()) for name in _BULK if name in plain)
