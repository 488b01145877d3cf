"""A shop that has the chat on its pages: it serves `shop.html`, or the page that MCI_PAGE names, and signs who its
customer is.

    pip install fastapi pyjwt uvicorn
    export MCI_URL=http://localhost:8000 MCI_WORKSPACE=telecom
    export MCI_CUSTOMER_KEY=cky_... MCI_CUSTOMER_SECRET=...  # made once, with POST /v1/customer-keys
    python examples/shop.py

The secret never leaves the shop's server: a browser gets a token that is good for one customer and some minutes, so
nobody can be somebody else. The shop's origin stands in the workspace's `chat_origins`.
"""

import os
import sys
import time
from pathlib import Path

import jwt
from fastapi import FastAPI, Response

VALID_S = 15 * 60  # the chat asks for another one when it needs it
PAGE = Path(__file__).parent / "shop.html"
STYLE = "body { max-width: 44rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }"
SCRIPT = 'document.getElementById("help").addEventListener("click", () => document.querySelector("mci-chat").show());'


def signed_in() -> dict[str, str]:
    """Returns who has signed in at the shop: here it is always Vera. In yours it is the customer of the session."""
    return {"sub": "vera-77", "name": "Vera Lang"}


def create_app(router: str, workspace: str, key: str, secret: str, page: Path = PAGE) -> FastAPI:
    """Returns the shop. `router` is the router's address, `key` and `secret` are those of a customer key."""
    app = FastAPI(openapi_url=None)
    sockets = router.replace("http", "ws", 1)
    policy = f"default-src 'self'; script-src 'self' {router}; connect-src 'self' {router} {sockets}"

    @app.get("/")
    def shown() -> Response:
        """Serves a page, whose policy allows the router's script and socket, and nothing inline."""
        return Response(
            page.read_text().replace("{router}", router), 200, {"Content-Security-Policy": policy}, "text/html"
        )

    @app.get("/shop.css")
    def style() -> Response:
        return Response(STYLE, media_type="text/css")

    @app.get("/shop.js")
    def script() -> Response:
        return Response(SCRIPT, media_type="text/javascript")

    @app.get("/chat-token")
    def chat_token() -> dict[str, str]:
        """Signs a token for the customer who is signed in."""
        now = int(time.time())
        claims = {**signed_in(), "aud": workspace, "iat": now, "exp": now + VALID_S}
        return {"token": jwt.encode(claims, secret, "HS256", headers={"kid": key})}

    return app


if __name__ == "__main__":
    import uvicorn

    names = ("MCI_URL", "MCI_WORKSPACE", "MCI_CUSTOMER_KEY", "MCI_CUSTOMER_SECRET")
    if missing := [name for name in names if not os.environ.get(name)]:
        sys.exit(f"Set {' and '.join(missing)} first, as docs/tutorials/first-chat.md does")
    page = Path(os.environ.get("MCI_PAGE", PAGE))
    if not page.is_file():
        sys.exit(f"MCI_PAGE: there is no file {page}")
    uvicorn.run(create_app(*(os.environ[name] for name in names), page), port=8080)
