"""Links to attachments: short-lived, signed by the file's own key, and good for that file alone. Pure.

Who has a link reads the file, without any other key: a picture in a page cannot send one. The key is random and stands
in the file's row, so that a link dies with the file, and holds whatever happens to other secrets.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from mci_router.errors import AttachmentLinkInvalid
from mci_router.vocabulary import AttachmentState

Part: TypeAlias = Literal["content", "preview"]

SHOWN_S: Final = 300
"""For how long a link at a desk, in a chat or in an answer is good, at least; at most for twice as long."""

SENT_S: Final = 86_400
"""The same of a link that goes to an adapter: whom it is handed to may fetch the file hours later."""

READABLE = frozenset({AttachmentState.STORED, AttachmentState.CLEAN, AttachmentState.SCANNING})


def new_key() -> str:
    """Returns a key for the links of one file."""
    return secrets.token_urlsafe(32)


def link(file: Mapping[str, Any], part: Part, *, lasts_s: int = SHOWN_S, base: str = "") -> str:
    """Returns a link to a file, of its `id` and `key`. Those that are made within `lasts_s` are the same."""
    expires = (int(time.time()) // lasts_s + 2) * lasts_s
    signature = _signature(file["key"], file["id"], part, expires)
    return f"{base}/v1/attachments/{file['id']}/{part}?expires={expires}&signature={signature}"


def check(key: str, attachment: str, part: Part, expires: int, signature: str) -> None:
    """Checks a link of a file. Raises AttachmentLinkInvalid."""
    right = _signature(key, attachment, part, expires)
    if not hmac.compare_digest(right.encode(), signature.encode()) or expires <= time.time():
        raise AttachmentLinkInvalid


def shown(files: Sequence[Mapping[str, Any]] | None, *, lasts_s: int = SHOWN_S, base: str = "") -> list[dict[str, Any]]:
    """Returns the files beside a message as those see them who read it, with links to what may be read."""
    return [shown_one(one, lasts_s=lasts_s, base=base) for one in files or ()]


def shown_one(file: Mapping[str, Any], *, lasts_s: int = SHOWN_S, base: str = "") -> dict[str, Any]:
    """Returns a file as `{id, name, content_type, bytes, state, url, preview_url}`."""
    readable = file["state"] in READABLE and not (file["state"] == AttachmentState.SCANNING and file.get("blocks"))
    return {
        **{name: file[name] for name in ("id", "name", "content_type", "bytes", "state")},
        "url": link(file, "content", lasts_s=lasts_s, base=base) if readable else None,
        "preview_url": link(file, "preview", lasts_s=lasts_s, base=base) if readable and file["preview"] else None,
    }


def _signature(key: str, attachment: str, part: str, expires: int) -> str:
    digest = hmac.new(key.encode(), f"{attachment}.{part}.{expires}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
