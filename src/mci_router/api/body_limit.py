"""Body limit: refuses request bodies that are too long, by a problem document, unlike the framework's own limit."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mci_router.api.problems import answer
from mci_router.errors import BodyTooLarge


class BodyLimit:
    """ASGI middleware: refuses a body whose header says that it is too long, and stops reading one that is."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > self._largest:
            detail = f"The body has {int(said):,} bytes; at most {self._largest:,} are taken (MCI_MAX_BODY_BYTES)."
            await answer(BodyTooLarge(detail))(scope, receive, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise HTTPException(413)
            return message

        await self._app(scope, bounded, send)
