"""Cross-origin requests for files: a chat on a shop's page sends and reads them by scripts, which browsers only allow
where the answer says so.

No cookie is ever looked at: who has no token or link gains nothing by asking from another page. Whether a page may at
all is checked where the customer's token is.
"""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FILES = "/v1/attachments"
ALLOWED = (b"access-control-allow-origin", b"*")
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "86400",
}


class CrossOrigin:
    """ASGI middleware: answers browsers that ask whether a page may send a file."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(FILES):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
            return

        async def allowed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], ALLOWED]
            await send(message)

        await self._app(scope, receive, allowed)
