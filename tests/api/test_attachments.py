"""Attachments: a file is uploaded once, used in one message, and read by a link that is good for it alone."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

from PIL import Image

from tests.support.conversations import staffed
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


def picture(width: int = 40, height: int = 30, **more: Any) -> bytes:
    """Returns a PNG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG", **more)
    return out.getvalue()


async def upload(
    workspace: Workspace, content: bytes, name: str = "photo.png", status: int = 201, kind: str = "image/png"
) -> dict[str, Any]:
    """Uploads a file, and returns what is answered."""
    headers = {"Content-Type": kind} if kind else {}
    answer = await workspace.api.post("/v1/attachments", params={"name": name}, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_photo_is_uploaded_used_and_read_by_its_link(make: Make) -> None:
    """In a contact, in a message of it, and in the messages of its case; a link is for one file, and for minutes."""
    workspace = await make(staffed())
    png = picture()
    first = await upload(workspace, png)
    assert (first["name"], first["content_type"], first["bytes"], first["state"]) == (
        "photo.png",
        "image/png",
        len(png),
        "stored",
    )
    contact = await workspace.post("", channel="chat", attachments=[{"id": first["id"]}])
    (message,) = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    (shown,) = message["attachments"]
    assert (shown["id"], message["text"]) == (first["id"], "")
    second = await upload(workspace, b"%PDF-1.7\n1 0 obj", "bill.pdf", kind="application/pdf")
    said = await workspace.api.post(
        f"/v1/contacts/{contact['id']}/messages",
        json={"text": "the bill", "attachments": [{"id": second["id"]}], "client_id": "c1"},
    )
    assert said.status_code == 201, said.text
    again = await workspace.api.post(
        f"/v1/contacts/{contact['id']}/messages",
        json={"text": "the bill", "attachments": [{"id": second["id"]}], "client_id": "c1"},
    )
    assert again.status_code == 200, again.text
    (bill,) = said.json()["message"]["attachments"]
    read = await workspace.api.get(bill["url"], headers={"Authorization": ""})
    assert (read.status_code, read.content) == (200, b"%PDF-1.7\n1 0 obj")
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-disposition"].startswith("attachment")
    small = await workspace.api.get(shown["preview_url"])
    assert Image.open(io.BytesIO(small.content)).format == "WEBP"
    for wrong in (
        bill["url"].replace(bill["id"], shown["id"]),
        bill["url"].replace("content", "preview"),
        bill["url"][:-3],
    ):
        assert (await workspace.api.get(wrong)).status_code == 403
    used = await workspace.api.post(
        "/v1/contacts", json={"channel": "chat", "text": "hi", "attachments": [{"id": second["id"]}]}
    )
    assert used.json()["type"] == "/problems/attachment_used"
