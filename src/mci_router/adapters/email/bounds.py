"""Bounds of a mail, looked at before anything parses it. Pure, and linear in its bytes."""

import re2

from mci_router.adapters.email.verdicts import Verdict, never

LARGEST = 25 * 1024 * 1024  # bytes, as most mail servers send
LARGEST_HEADERS = 256 * 1024
MOST_HEADERS = 200
MOST_RECIPIENTS = 200
MOST_PARTS = 200
DEEPEST_PARTS = 20
LARGEST_HTML = 1024 * 1024
DEEPEST_HTML = 200

_END = re2.compile(rb"\r?\n\r?\n")
_HEADER = re2.compile(rb"(?m)^[^\s:][^:\r\n]{0,200}:")
_TYPES = re2.compile(rb"(?im)^content-type[ \t]*:")
_RECIPIENTS = re2.compile(
    rb"(?im)^(?:to|cc|bcc|delivered-to|x-original-to|resent-to|resent-cc)[ \t]*:((?:[^\r\n]*\r?\n[ \t])*[^\r\n]*)"
)


def head_of(raw: bytes) -> bytes:
    """Returns the headers of a mail, as they are, as far as they may go."""
    found = _END.search(raw[: LARGEST_HEADERS + 4])
    return raw[: found.start()] if found else raw[: LARGEST_HEADERS + 4]


def beyond(raw: bytes) -> Verdict | None:
    """Returns why a mail is not parsed; None if it may be."""
    if len(raw) > LARGEST:
        return never("too_large", f"more than {LARGEST} bytes")
    head = head_of(raw)
    if len(head) > LARGEST_HEADERS:
        return never("headers_too_large", f"more than {LARGEST_HEADERS} bytes")
    if sum(1 for _ in _HEADER.finditer(head)) > MOST_HEADERS:
        return never("too_many_headers", f"more than {MOST_HEADERS}")
    if sum(found.group(1).count(b"@") for found in _RECIPIENTS.finditer(head)) > MOST_RECIPIENTS:
        return never("too_many_recipients", f"more than {MOST_RECIPIENTS}")
    if sum(1 for _ in _TYPES.finditer(raw)) > MOST_PARTS:
        return never("too_many_parts", f"more than {MOST_PARTS}")
    return None
