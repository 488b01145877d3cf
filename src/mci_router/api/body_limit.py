"""Body limit: refuses request bodies that are too long, nested too deeply or of too many values, by a problem document,
before they are parsed.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mci_router.api.problems import BodyRefused, answer
from mci_router.errors import BodyTooLarge, InvalidRequest

FILES = "/v1/attachments"  # its bodies are no JSON, longer, and never whole in memory: the route bounds them itself
FORMS = "/help/"  # as those of forms with files are, and what is refused is a page
DEEPEST = 32  # levels of a body; what we take has fewer than ten
MOST_VALUES = 30_000  # of a body: more than the rows of any; each costs far more to check than the bytes that it takes
TOO_MANY = f"has more than {MOST_VALUES:,} values: send it in several requests"
TOO_DEEP = f"is nested more than {DEEPEST} deep, or brackets are not closed: send a flatter one"

STRING = re.compile(rb'"(?:[^"\\]+|\\.)*+"?', re.S)  # also one that does not end: linear
NOT_A_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


class BodyLimit:
    """ASGI middleware: refuses a body whose header says that it is too long, and stops reading one that is."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == FILES or scope["path"].startswith(FORMS):
            await self._app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said[:20]) > self._largest:
            detail = f"The body has {int(said[:20]):,} bytes; at most {self._largest:,} are taken (MCI_MAX_BODY_BYTES)."
            await answer(BodyTooLarge(detail))(scope, receive, send)
            return
        read = bytearray()

        async def bounded() -> Message:
            message = await receive()
            read.extend(message.get("body", b""))
            if len(read) > self._largest:
                raise BodyRefused(BodyTooLarge())
            if read and not message.get("more_body") and (fault := _fault_of(read)):
                read.clear()
                raise BodyRefused(InvalidRequest(f"body: {fault}", errors=[{"where": "body", "problem": fault}]))
            return message

        await self._app(scope, bounded, send)


def _fault_of(body: bytes | bytearray) -> str | None:
    """Returns what of a body would cost too much to read any further."""
    return TOO_DEEP if nested_too_deeply(body) else TOO_MANY if too_many_values(body) else None


def too_many_values(body: bytes | bytearray) -> bool:
    """Returns whether a JSON text has more than `MOST_VALUES` members and items. Linear in its length."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") < MOST_VALUES:
        return False
    bare = STRING.sub(b"", body)
    return bare.count(b",") + bare.count(b"[") + bare.count(b"{") >= MOST_VALUES


def nested_too_deeply(body: bytes | bytearray) -> bool:
    """Returns whether arrays and objects of a JSON text are nested more than `DEEPEST` deep. Linear in its length."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    brackets = STRING.sub(b"", body).translate(None, NOT_A_BRACKET)
    for _level in range(DEEPEST):
        before, brackets = brackets, brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(before) == len(brackets):
            break
    return bool(brackets)
