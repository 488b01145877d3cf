"""Types of files: what a file is, by its first bytes, against what its sender says. Pure.

The content decides. What a browser could run keeps its name for those who read it, and is served as mere bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mci_router.errors import AttachmentTypeMismatch
from mci_router.imports import later

if TYPE_CHECKING:
    import puremagic
else:
    puremagic = later("puremagic")  # the first file needs it, and its list of types

BYTES = "application/octet-stream"
TEXT = "text/plain"
HEAD = 8_192  # bytes that are looked at
SAFE_MAJORS = frozenset({"image", "audio", "video"})
SAFE = frozenset(
    {
        *("application/pdf", "application/zip", "application/gzip", "application/json", "application/rtf"),
        *("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
        *("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
        *("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
        *("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
        *("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"),
        *(TEXT, "text/csv", "text/calendar", "text/vcard", "text/markdown", "message/rfc822"),
    }
)
"""Types that no browser runs. Everything else is served as bytes."""

TEXTS = frozenset({TEXT, "text/csv", "text/calendar", "text/vcard", "text/markdown", "application/json", BYTES})
"""Types of which the first bytes say nothing."""

HTML, SVG = "text/html", "image/svg+xml"
ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "audio/mp3": "audio/mpeg",
    "application/x-zip-compressed": "application/zip",
    "application/x-pdf": "application/pdf",
    "text/xhtml": HTML,
    "application/xhtml+xml": HTML,
}
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|frameset|meta|style|object|embed|form)\b", re.I)
DRAWING = re.compile(rb"<svg\b", re.I)
EXECUTABLES = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"#!")
PROGRAM = "application/x-executable"
SCRIPTS = frozenset({HTML, SVG, PROGRAM})
SAID = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")


def said_type(header: str | None) -> str:
    """Returns the type that a `Content-Type` names; mere bytes where it names none that there could be."""
    said = (header or "").partition(";")[0].strip().lower()
    return ALIASES.get(said, said) if SAID.fullmatch(said) else BYTES


def type_of(head: bytes, said: str, name: str) -> str:
    """Returns what a file is, of its first bytes, what its sender says, and its name.

    Raises AttachmentTypeMismatch for one that is of another kind than is said.
    """
    known = _known(head)
    if not known:
        return _unknown(head, said)
    if said in known:
        return said
    found = _by_name(known, name) or known[0]
    if said != BYTES and not _alike(said, known):
        raise AttachmentTypeMismatch(f"The file is sent as {said}, and is {found}.", **{"says": said, "is": found})
    return found


def served_as(content_type: str) -> str:
    """Returns the type that a browser is told."""
    major = content_type.partition("/")[0]
    safe = content_type in SAFE or (major in SAFE_MAJORS and not content_type.endswith("+xml"))
    return content_type if safe else BYTES


def _known(head: bytes) -> list[str]:
    """Returns the types that the first bytes may mean, the likeliest first; none for what they do not tell."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if text.startswith(b"<") and (DRAWING.search(head) or MARKUP.search(head)):
        return [HTML] if MARKUP.match(text) or not DRAWING.search(head) else [SVG]
    if head.startswith(EXECUTABLES):
        return [PROGRAM]
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    types = [ALIASES.get(one.mime_type, one.mime_type) for one in found if one.mime_type]
    if head.startswith(b"PK\x03\x04"):
        types.append("application/zip")
    if not types and MARKUP.search(head):
        return [HTML]
    return list(dict.fromkeys(types))


def _by_name(known: Sequence[str], name: str) -> str | None:
    """Returns which of several types that begin alike the name's extension means."""
    extension = name.rpartition(".")[2].lower()
    for one in (*puremagic.magic_header_array, *puremagic.magic_footer_array) if len(known) > 1 else ():
        if one.extension == f".{extension}" and one.mime_type in known:
            return str(one.mime_type)
    return "application/zip" if "application/zip" in known else None


def _alike(said: str, known: Sequence[str]) -> bool:
    """Returns whether the wrong type is of the same kind: a PNG that is called a JPEG harms nobody."""
    if said in SCRIPTS or set(known) & SCRIPTS:
        return False
    major = said.partition("/")[0]
    return any(one.partition("/")[0] == major for one in known) or (said not in SAFE and major not in SAFE_MAJORS)


def _unknown(head: bytes, said: str) -> str:
    """Returns the type of a file whose first bytes do not tell it."""
    text = b"\x00" not in head and _is_text(head)
    if said in TEXTS or said.startswith("text/"):
        if text:
            return TEXT if said == BYTES else said
        if said == BYTES:
            return BYTES
        raise AttachmentTypeMismatch(f"The file is sent as {said}, and is no text.", **{"says": said, "is": BYTES})
    if text and (said in SAFE or said.partition("/")[0] in SAFE_MAJORS):
        raise AttachmentTypeMismatch(f"The file is sent as {said}, and is text.", **{"says": said, "is": TEXT})
    return said


def _is_text(head: bytes) -> bool:
    try:
        head[: HEAD - 4].decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 4  # the end of a character may be missing
    return True
