"""Statuses as they come from an instance, read with distrust: what is missing or of another type is left out. Pure."""

import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from mci_router.vocabulary import Visibility

LARGEST_HTML = 65_536  # characters; the rest is left out: what is nested deep takes time by its square
LONGEST_TEXT = 50_000  # characters, as many as the router takes
LONGEST_NAME = 200
LONGEST_URL = 2_000
MOST_FILES = 20
IN_PUBLIC = frozenset({"public", "unlisted"})

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
_MENTIONS = re.compile(r"(?<![\w/=])@(?=\w)")
_UNSEEN = "\u200b"
# Case says nothing in a handle; folding more than ASCII would make one of two that only look alike.
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Me:
    """Our account, and the domain of its instance."""

    id: str
    url: str
    domain: str


@dataclass(frozen=True, slots=True)
class Status:
    """A status that somebody wrote. `handle` is `@kim@example.social`; `parent` the status it answers, by id."""

    id: str
    handle: str
    author: str
    name: str
    bot: bool
    parent: str | None
    public: bool
    text: str
    language: str | None
    written_at: datetime | None
    edited_at: str
    files: tuple[Mapping[str, str], ...]
    url: str


def read_status(sent: Any, me: Me) -> Status | None:
    """Returns a status; None for what is none, as where one was deleted before it was read."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("account"), Mapping) or not _word(sent.get("id")):
        return None
    account = sent["account"]
    files = tuple(_files(sent.get("media_attachments")))
    return Status(
        id=_word(sent["id"]),
        handle=handle_of(_word(account.get("acct")), me.domain),
        author=_word(account.get("id")),
        name=_word(account.get("display_name")).strip()[:LONGEST_NAME] or _word(account.get("username")),
        bot=account.get("bot") is True,
        parent=_word(sent.get("in_reply_to_id")) or None,
        public=sent.get("visibility") in IN_PUBLIC,
        text=_text(sent, me) or "\n".join(one["name"] for one in files),
        language=_language(sent.get("language")),
        written_at=sent["created_at"] if isinstance(sent.get("created_at"), datetime) else None,
        edited_at=_moment(sent.get("edited_at")),
        files=files,
        url=_link(sent.get("url")),
    )


def handle_of(account: str, domain: str) -> str:
    """Returns the full handle of an account, as its instance shows it to us: one of the same instance has no domain."""
    name, _, of = account.partition("@")
    return f"@{name}@{of or domain}".translate(_LOWER)


def without_mentions(said: str) -> str:
    """Returns a text in which nobody is mentioned: who is mentioned in a direct message reads it, too."""
    return _MENTIONS.sub(f"@{_UNSEEN}", said)


def text_of(html: str, ours: Iterable[str] = ()) -> str:
    """Returns what a reader sees of HTML, without the links that mention us, by their targets."""
    tree = LexborHTMLParser(html[:LARGEST_HTML])
    ours = frozenset(ours)
    for node in tree.css("script, style, template, noscript, iframe, object"):
        node.decompose()
    for node in tree.css("a.mention"):
        if node.attributes.get("href") in ours:
            node.decompose()
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css("p, div, li, blockquote, pre"):
        node.insert_after("\n\n")
    text = tree.body.text() if tree.body else ""
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def _text(sent: Mapping[str, Any], me: Me) -> str:
    """Returns the words of a status; those of its content warning come first. One that is a mention of us says so."""
    content, warning = _word(sent.get("content")), _word(sent.get("spoiler_text")).strip()
    said = text_of(content, {me.url}) or text_of(content)
    return "\n\n".join(part for part in (warning, said) if part)[:LONGEST_TEXT].strip()


def _files(sent: Any) -> Iterable[Mapping[str, str]]:
    for one in (sent if isinstance(sent, list) else [])[:MOST_FILES]:
        url = _link(one.get("url") if isinstance(one, Mapping) else None)
        if url:
            path = urlsplit(url).path
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            yield {"url": url, "name": path.rpartition("/")[2][-LONGEST_NAME:] or "file", "content_type": kind}


def _link(sent: Any) -> str:
    url = _word(sent)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and len(url) <= LONGEST_URL else ""


def _language(sent: Any) -> str | None:
    tag = _word(sent)
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else None


def _moment(sent: Any) -> str:
    return sent.astimezone(UTC).isoformat() if isinstance(sent, datetime) else _word(sent)


def visibility_of(status: Status) -> Visibility:
    """Returns where a customer wrote. What only followers see is private, too."""
    return Visibility.PUBLIC if status.public else Visibility.PRIVATE


def _word(sent: Any) -> str:
    """Returns text, and a number as text; else nothing."""
    if isinstance(sent, bool):
        return ""
    return str(sent) if isinstance(sent, (str, int)) else ""
