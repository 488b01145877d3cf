"""Parsing: bytes to a mail. Run in a worker, for a mail may be written to take for ever.

The standard library's parser in its oldest form reads what comes: its newer form takes seconds for a long list of
recipients, cuts Message-IDs with spaces, and fails on charsets that nobody knows.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

import dkim
import re2
from flufl.bounce import all_failures

from mci_router.adapters.email.bounds import MOST_RECIPIENTS, head_of
from mci_router.adapters.email.content import content_of
from mci_router.adapters.email.decoding import LONGEST_VALUE, header, message_ids, raw_header
from mci_router.adapters.email.mail import Mail, Signature

MOST_REFERENCES = 200
MOST_SIGNATURES = 5
LONGEST_TEXT = 49_000  # characters: the router takes 50,000
LONGEST_SEEN = 200_000  # characters in which a Message-ID of ours is looked for
LONGEST_ODD = 300  # characters of a sender that is written as hardly anybody does
CUT = "\n[…]"

# By which machines are recognised, here and by the router.
TELLING = frozenset(
    [
        *("auto-submitted", "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation"),
        *("x-auto-response-suppress", "precedence", "list-id", "list-post", "list-unsubscribe", "mailing-list"),
        *("list-unsubscribe-post", "return-path", "content-type", "x-failed-recipients", "from"),
        "x-mci-router",
    ]
)
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "resent-to")
_QUOTED = re2.compile(r'"(?:[^"\\]|\\.)*"')
_ANGLED = re2.compile(r"<(?:mailto:)?([^<>\s:@]+@[^<>\s:@]+)>")
_MAILBOX = re2.compile(r"[^\s<>()\[\],;:\"@]+@[^\s<>()\[\],;:\"@]+")
_COMMENT = re2.compile(r"\(([^()]*)\)")
_ESCAPED = re2.compile(r"\\(.)")
_TAG = re2.compile(r"(?i)(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")


def parsed(raw: bytes) -> tuple[Mail, list[bytes]]:
    """Returns a mail, and the bytes of its files. Raises Malformed."""
    message = BytesParser(policy=compat32).parsebytes(raw)
    headers = _headers(message)
    content = content_of(message)
    text, files = content.text, content.files
    sender, name, senders = _sender(headers)
    delayed, failed = all_failures(message) if _reports(headers) else ((), ())
    mail = Mail(
        message_id=next(iter(message_ids(headers.get("message-id"))), ""),
        digest=_digest(raw, headers, text),
        sender=sender,
        name=name,
        recipients=tuple(_addresses([value for each in _RECIPIENTS for value in headers.get(each, ())])),
        subject=header(next(iter(headers.get("subject", ())), None)),
        text=text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + CUT,
        references=_references(headers),
        headers={each: raw_header(headers[each][0])[:LONGEST_VALUE] for each in TELLING & headers.keys()},
        results=tuple(map(raw_header, headers.get("authentication-results", ())[:MOST_SIGNATURES])),
        signatures=tuple(_signatures(headers)),
        senders=senders,
        failed=tuple(sorted(one.decode("utf-8", "replace") for one in failed))[:MOST_RECIPIENTS],
        delayed=tuple(sorted(one.decode("utf-8", "replace") for one in delayed))[:MOST_RECIPIENTS],
        seen=_seen(raw, headers),
        files=tuple(file for file, _ in files),
        left_out=tuple(content.left_out),
    )
    return mail, [content for _, content in files]


def signed(raw: bytes, signatures: Sequence[Mapping[str, str]], keys: Mapping[str, str]) -> list[str]:
    """Returns the domains whose signatures are right, by keys that were looked up: `{name of the record: record}`."""

    def key(name: bytes, timeout: float = 0) -> bytes:
        return keys.get(name.decode("ascii", "replace").rstrip("."), "").encode()

    found = []
    for one in signatures:
        try:
            right = dkim.DKIM(raw).verify(int(one["number"]), dnsfunc=key)
        except Exception:  # noqa: S112 — whatever a hostile signature does to the library, it is not right
            continue
        if right:
            found.append(one["domain"])
    return found


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(value)
    return found


def _sender(headers: Mapping[str, list[str]]) -> tuple[str, str, int]:
    """Returns the address and the name that a mail says it comes from, and how many addresses it could be: what stands
    in brackets counts, as for those who prove it, and not an address that is shown as a name. Empty where it says none.
    """
    values = headers.get("from", ())
    raw = raw_header(values[0]) if values else ""
    plain = _QUOTED.sub(" ", raw)
    found, angled = _MAILBOX.findall(plain), _ANGLED.findall(plain)
    number = max(len(values), len({one.lower() for one in found}))
    if not found:  # a quoted local part, or none
        each = getaddresses([raw[:LONGEST_ODD]])
        return next(((one, header(name), number) for name, one in each if "@" in one), ("", "", number))
    if not angled:
        return found[0], header(" ".join(_COMMENT.findall(plain))), number
    shown = raw[: raw.rfind(f"{angled[0]}>")].rpartition("<")[0].strip(' "')
    return angled[0], header(_ESCAPED.sub(r"\1", shown).strip()), number


def _addresses(values: Sequence[str]) -> list[str]:
    plain = [raw_header(value) for value in values]
    found = (address.strip() for _, address in getaddresses(plain) if "@" in address)
    return list(dict.fromkeys(found))[:MOST_RECIPIENTS]


def _references(headers: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Returns the mails that this one answers, the oldest first."""
    found = message_ids(headers.get("references")) + message_ids(headers.get("in-reply-to"))
    return tuple(list(dict.fromkeys(found))[-MOST_REFERENCES:])


def _reports(headers: Mapping[str, list[str]]) -> bool:
    """Returns whether a mail may be a bounce: only of these the reports are read."""
    content = raw_header(next(iter(headers.get("content-type", ())), "")).lower()
    sender = raw_header(next(iter(headers.get("from", ())), "")).lower()
    path = raw_header(next(iter(headers.get("return-path", ())), "")).replace(" ", "")
    daemon = any(each in sender for each in ("mailer-daemon", "postmaster", "mail-daemon", "mail delivery"))
    return content.startswith("multipart/report") or path == "<>" or daemon or "x-failed-recipients" in headers


def _signatures(headers: Mapping[str, list[str]]) -> Iterator[Signature]:
    for number, value in enumerate(headers.get("dkim-signature", ())[:MOST_SIGNATURES]):
        tags = {name.lower(): "".join(text.split()) for name, text in _TAG.findall(raw_header(value))}
        domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
        if domain and selector and len(domain) + len(selector) < 240:
            yield Signature(number, domain, selector)


def _digest(raw: bytes, headers: Mapping[str, list[str]], text: str) -> str:
    """Returns a digest of what no server on the way changes. Where the body is not found, as of a mail with odd ends
    of lines, the text that was found stands for it: two mails that say something else are two.
    """
    found = hashlib.sha256()
    for each in ("from", "date", "subject", "message-id"):
        found.update("\n".join(headers.get(each, ())).encode("utf-8", "surrogateescape") + b"\0")
    found.update(raw[len(head_of(raw)) :].replace(b"\r\n", b"\n").strip() or text.encode())
    return found.hexdigest()


def _seen(raw: bytes, headers: Mapping[str, list[str]]) -> str:
    """Returns where a Message-ID of ours may stand: what is answered, and in a report the mail that it speaks of."""
    answered = " ".join(_references(headers))
    report = raw[:LONGEST_SEEN].decode("ascii", "replace") if _reports(headers) else ""
    return f"{answered}\n{report}"
