"""Decoding: bytes and headers of mails to text, whatever charset they claim. Nothing here fails. Pure."""

import email.header
import unicodedata
from email.errors import HeaderParseError
from email.message import Message

import re2

LONGEST_VALUE = 2_000  # characters of a header that are kept
_FOLD = re2.compile(r"[\r\n]+[ \t]*")
_BRACKETED = re2.compile(r"<([^<>\r\n]{1,998})>")
_ALIASES = {
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
    "default": "utf-8",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
}


def decoded(raw: bytes, charset: str | None) -> str:
    """Returns the text of bytes: by their charset if there is such a one, else as UTF-8, else as what is left."""
    named = (charset or "").strip().strip("'\"").lower()
    named = _ALIASES.get(named, named)
    for each in ([named] if named and named != "us-ascii" else []) + ["utf-8"]:
        try:
            return _cleaned(raw.decode(each))
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        return _cleaned(
            raw.decode(named, "replace") if named and named != "us-ascii" else raw.decode("cp1252", "replace")
        )
    except (LookupError, UnicodeError, ValueError):
        return _cleaned(raw.decode("latin-1"))


def header(value: str | None) -> str:
    """Returns a header's value as it is read, on one line."""
    plain = raw_header(value)
    try:
        parts = email.header.decode_header(plain)
    except (ValueError, HeaderParseError):
        return plain
    text = "".join(decoded(part, charset) if isinstance(part, bytes) else part for part, charset in parts)
    return " ".join(text.split())[:LONGEST_VALUE]


def raw_header(value: str | None) -> str:
    """Returns a header's value as it stands in the mail, on one line; bytes are taken as UTF-8 if they are."""
    if value is None:
        return ""
    plain = str(value)[: 4 * LONGEST_VALUE]
    if not plain.isascii():
        plain = decoded(plain.encode("utf-8", "surrogateescape"), None)
    return _cleaned(_FOLD.sub(" ", plain)).strip()


def message_ids(values: list[str] | None) -> list[str]:
    """Returns the Message-IDs in headers, as they stand there, without brackets; each once."""
    found: list[str] = []
    for value in values or ():
        plain = raw_header(value)
        found += [one.strip() for one in _BRACKETED.findall(plain)] or plain.split()[:1]
    return [one for one in dict.fromkeys(found) if one]


def body_of(part: Message) -> str:
    """Returns the text of a part."""
    payload = part.get_payload(decode=True)
    charset = part.get_param("charset", None, header="content-type")
    return decoded(payload, charset if isinstance(charset, str) else None) if isinstance(payload, bytes) else ""


def _cleaned(text: str) -> str:
    """Returns a text without what no column can hold: NUL, other controls, halves of characters."""
    if text.isprintable():
        return text
    kept = (one for one in text if one in "\n\r\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return "".join(kept)
