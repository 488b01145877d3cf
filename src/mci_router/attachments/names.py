"""Names of files: made harmless when they come in, and written into headers when the files go out. Pure."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 150  # characters
NAMELESS = "file"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters that nobody sees: controls, and those that turn the direction of writing."""

RESERVED = re.compile(r'[<>:"|?*]')  # in no file system, or not in all
WITH_EXTENSION = re.compile(r"(.*?)(\.\w{1,10})?", re.S)
NOT_ASCII_ENOUGH = re.compile(r"[^A-Za-z0-9 ._()+,;=@#-]")


def clean(said: str) -> str:
    """Returns a name that is only a name: no folder, nothing that is not seen, not too long, its extension kept."""
    last = said.replace("\\", "/").rpartition("/")[2]
    seen = "".join(one for one in unicodedata.normalize("NFC", last) if unicodedata.category(one) not in HIDDEN)
    plain = RESERVED.sub("_", " ".join(seen.split())).strip(" .")
    parts = WITH_EXTENSION.fullmatch(plain)
    stem, extension = (parts[1], parts[2] or "") if parts else (plain, "")
    return (stem[: LONGEST - len(extension)] + extension) or NAMELESS


def disposition(name: str) -> str:
    """Returns the `Content-Disposition` by which a browser saves a file under its name (RFC 6266, RFC 8187)."""
    plain = NOT_ASCII_ENOUGH.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
