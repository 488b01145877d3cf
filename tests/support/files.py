"""Files beside messages, as tests make, send and look at them."""

import io
from typing import Any

from PIL import Image
from sqlalchemy import text

from tests.support.service import Workspace


def picture(width: int = 40, height: int = 30) -> bytes:
    """Returns a PNG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


async def upload(
    workspace: Workspace,
    content: Any,
    name: str = "photo.png",
    kind: str = "",
    status: int = 201,
    token: str = "",
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Uploads a file, with the workspace's key or a token, and returns what is answered."""
    sent = dict(headers or {})
    sent |= {"Authorization": f"Bearer {token}"} if token else {}
    sent |= {"Content-Type": kind} if kind else {}
    answer = await workspace.api.post("/v1/attachments", params={"name": name}, content=content, headers=sent)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def kept(workspace: Workspace) -> list[Any]:
    """Returns the ledger's rows of the workspace's files."""
    async with workspace.ledger() as session:
        query = "SELECT * FROM attachments WHERE workspace_id = :id ORDER BY id"
        return list((await session.execute(text(query), {"id": workspace.id})).all())


def problem(answer: dict[str, Any]) -> str:
    """Returns which problem was answered."""
    return str(answer["type"]).removeprefix("/problems/")
