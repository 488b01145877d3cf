"""No-store: keeps answers out of caches, since they contain customers' words, keys, tokens and secrets.

An answer that may be cached says so itself, as the pages do. What a key has left of its rate is said here, too.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CACHE_CONTROL = b"cache-control"
KEEP_OUT = [(CACHE_CONTROL, b"no-store"), (b"x-content-type-options", b"nosniff")]


class NoStore:
    """ASGI middleware: an answer that says nothing of caching is `no-store`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and all(
                name.lower() != CACHE_CONTROL for name, _ in message["headers"]
            ):
                message["headers"] = [*message["headers"], *KEEP_OUT]
            if message["type"] == "http.response.start" and (rates := scope.get("rates")):
                message["headers"] = [*message["headers"], *rates.fields()]
            await send(message)

        await self._app(scope, receive, marked)
