"""Machines known by the channel's headers: RFC 3834 and the like, which mail programs of people do not send. Pure."""

from collections.abc import Iterator, Mapping

from mci_router.triage.machines.sent import Sent

LONGEST_VALUE = 500  # characters of a header that are looked at
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon")
_REPORTS = {
    "delivery-status": Sent.DELIVERY_REPORT,
    "disposition-notification": Sent.READ_RECEIPT,
    "feedback-report": Sent.AUTOMATIC_MESSAGE,
}
_AUTOREPLIES = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-auto-response-suppress", "x-vacation")
_BULK = ("list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id")
_DENIALS = ("", "no", "none", "false", "0")


def by_headers(headers: Mapping[str, str], sender: str | None) -> tuple[Sent, str] | None:
    """What was sent, and the header that says so, or None. `sender` is the address that it came from."""
    said = {name.strip().lower(): " ".join(value[:LONGEST_VALUE].split()).lower() for name, value in headers.items()}
    return next(_found(said, sender or ""), None)


def _found(said: Mapping[str, str], sender: str) -> Iterator[tuple[Sent, str]]:
    yield from _reports(said)
    automatic = said.get("auto-submitted", "no").partition(";")[0].strip()
    if automatic not in _DENIALS:
        yield (Sent.AUTOMATIC_REPLY if automatic.startswith("auto-repl") else Sent.AUTOMATIC_MESSAGE), "Auto-Submitted"
    for name in _AUTOREPLIES:
        if said.get(name, "") not in _DENIALS:
            yield Sent.AUTOMATIC_REPLY, name.title()
    yield from _bulk(said)
    if said.get("return-path") == "<>":
        yield Sent.AUTOMATIC_MESSAGE, "Return-Path"
    if sender.partition("@")[0].lower() in _DAEMONS or any(daemon + "@" in said.get("from", "") for daemon in _DAEMONS):
        yield Sent.DELIVERY_REPORT, "From"


def _reports(said: Mapping[str, str]) -> Iterator[tuple[Sent, str]]:
    content = said.get("content-type", "")
    if content.startswith("multipart/report"):
        yield next((sent for report, sent in _REPORTS.items() if report in content), Sent.DELIVERY_REPORT), "Content-Type"
    if content.startswith("text/calendar"):
        yield Sent.CALENDAR_REPLY, "Content-Type"
    if said.get("x-failed-recipients"):
        yield Sent.DELIVERY_REPORT, "X-Failed-Recipients"


def _bulk(said: Mapping[str, str]) -> Iterator[tuple[Sent, str]]:
    """A list to which everybody can write is none: some companies' addresses are such lists, and each customer's mail comes through it."""
    precedence = said.get("precedence", "")
    if precedence.replace("-", "_") == "auto_reply":
        yield Sent.AUTOMATIC_REPLY, "Precedence"
    if precedence in ("bulk", "junk"):
        yield Sent.BULK_MAIL, "Precedence"
    if "mailing-list" not in said and said.get("list-post", "no") == "no":
        yield from ((Sent.BULK_MAIL, name.title()) for name in _BULK if name in said)
