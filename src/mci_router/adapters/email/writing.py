"""Writing: what is written to a customer as a mail. Pure: the same message is the same mail each time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any

import idna
import re2

from mci_router.adapters.email.ids import Ids, Sent, token_of

AUTOMATIC = ("bot", "system")
NO_SUBJECT = "Your message"
LONGEST_SUBJECT = 200
_CONTROLS = re2.compile(r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+")
_ANSWERED = re2.compile(r"(?i)^\s*(?:(?:re|aw|sv|antw|antwort|rif|odp|res|回复|返信)\s*(?:\[\d+\])?\s*[:：]\s*)+")
_ID = re2.compile(r"[!-;=?-~][ -;=?-~]{2,250}")  # ASCII: with more, many servers take no mail
_ENCODED = "=?"  # begins what the library decodes when it writes a header, and that may have ends of lines in it
_EACH = re2.compile(r"<[^<>]*>|[^<>\s]+")
MOST_REFERENCES = 40


class IdsHeader(UnstructuredHeader, BaseHeader):
    """A header of Message-IDs: one a line, as they are; the library would encode those that are long."""

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """Returns the header as it is sent."""
        return f"{self.name}: " + f"{policy.linesep} ".join(_EACH.findall(str(self))) + policy.linesep


HEADERS = HeaderRegistry()
for _name in ("references", "in-reply-to", "x-mci-router", "message-id"):
    HEADERS.map_to_type(_name, IdsHeader)
POLICY = SMTP.clone(header_factory=HEADERS)


class Unreachable(Exception):
    """The customer has no address that a mail can go to."""


def is_automatic(message: Mapping[str, Any]) -> bool:
    """Returns whether no person wrote a message."""
    return message["kind"] in AUTOMATIC or bool(message.get("ai"))


def recipient_of(message: Mapping[str, Any]) -> str:
    """Returns the address that a message goes to, with its domain as mail servers know it. Raises Unreachable."""
    for one in message["customer"]["addresses"]:
        if one["kind"] == "email" and (address := _ascii_domain(one["value"])):
            return address
    raise Unreachable


def thread_of(message: Mapping[str, Any], ids: Ids, ours: str) -> str:
    """Returns the token of a message's thread: the channel's reference, or one made of the contact's id."""
    local, _, domain = ours.partition("@")
    named = f"{local}+{message.get('channel_ref') or ''}@{domain}"
    return token_of(named, frozenset({ours.lower()})) or ids.token(message["contact"])


def mail_of(
    message: Mapping[str, Any], ids: Ids, ours: str, name: str, files: Sequence[bytes | None] = ()
) -> EmailMessage:
    """Returns a message as a mail from our address, as which customers know `name`. `files` are the bytes of its
    attachments, None of those that are gone. Raises Unreachable.
    """
    token = thread_of(message, ids, ours)
    message_id = ids.message_id(Sent(message["id"], token))
    local, _, domain = ours.partition("@")
    local_part, _, host = recipient_of(message).rpartition("@")
    mail = EmailMessage(policy=POLICY if local_part.isascii() else POLICY.clone(utf8=True))
    mail["From"] = Address(_line(name), local, domain)
    mail["To"] = Address(username=local_part, domain=host)
    mail["Reply-To"] = Address(_line(name), f"{local}+{token}", domain)
    mail["Subject"] = subject_of(message.get("subject"))
    mail["Date"] = format_datetime(datetime.fromisoformat(message["occurred_at"].replace("Z", "+00:00")))
    mail["Message-ID"] = f"<{message_id}>"
    if references := references_of(message.get("thread") or (), ids, token):
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    mail["X-MCI-Router"] = message_id
    if is_automatic(message):
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message["text"] + "\n", charset="utf-8", cte=_encoding(message["text"]))
    if message.get("html"):
        mail.add_alternative(message["html"], subtype="html", charset="utf-8", cte="quoted-printable")
    for one, content in zip(message.get("attachments") or (), files, strict=False):
        _attach(mail, one, content)
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"mci-{message['id']}-{number}")
    return mail


def _attach(mail: EmailMessage, file: Mapping[str, Any], content: bytes | None) -> None:
    name = _line(file["name"])
    if content is None:
        mail.add_attachment(f"{name} cannot be sent.\n", filename=f"{name}.txt")
        return
    kind, _, more = _line(file["content_type"]).partition("/")
    mail.add_attachment(content, maintype=kind or "application", subtype=more or "octet-stream", filename=name)


def subject_of(last: str | None) -> str:
    """Returns the subject of an answer to a mail with that one."""
    plain = _ANSWERED.sub("", _line(last or ""))[:LONGEST_SUBJECT].strip()
    return f"Re: {plain or NO_SUBJECT}"


def references_of(thread: Sequence[str], ids: Ids, token: str) -> list[str]:
    """Returns the Message-IDs of a thread, in its order: the customer's own, and those of what we sent."""
    named = (ids.message_id(Sent(one, token)) if one.startswith("msg_") and "@" not in one else one for one in thread)
    found = [f"<{one}>" for one in dict.fromkeys(named) if _ID.fullmatch(one) and _ENCODED not in one]
    return found[:1] + found[1:][-MOST_REFERENCES + 1 :]


def _line(text: str) -> str:
    """Returns a text on one line: nothing in it begins another header."""
    return " ".join(_CONTROLS.sub(" ", text).replace(_ENCODED, "= ?").split())


def _encoding(text: str) -> str:
    """Returns how a text goes: as it is where every server can carry it."""
    return "7bit" if text.isascii() and max(map(len, text.split("\n"))) < 900 else "quoted-printable"


def _ascii_domain(address: str) -> str | None:
    local, _, domain = address.rpartition("@")
    if not local or _CONTROLS.search(address) or any(one in address for one in (*" <>,;", _ENCODED)):
        return None
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}" if not domain.isascii() else address
    except idna.IDNAError:
        return None
