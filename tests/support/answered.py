"""Answered posts of a workspace's community."""

from typing import Any

from tests.support.service import Workspace, eventually

ASKED = "How do I set up the voicemail greeting?"
REPLY = "Hold the 1 and follow the voice."
TOPIC = {"topic": "how_to"}


async def dry_run(workspace: Workspace, said: str, **contact: Any) -> dict[str, Any]:
    body = {"channel": "chat", "text": said, "customer": {}, **contact}
    response = await workspace.api.post("/v1/decisions", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def answered_post(workspace: Workspace, asked: str = ASKED, reply: str = REPLY, **contact: Any) -> str:
    """A post with an accepted reply, once searches find it; its id."""
    about = {**TOPIC, **contact}
    posted = await workspace.post(asked, channel="community", **about)
    post = str(posted["route"]["post"]["id"])
    made = (await workspace.api.post(f"/v1/posts/{post}/replies", json={"author": "kim", "body": reply})).json()
    assert (await workspace.api.post(f"/v1/posts/{post}/replies/{made['id']}/accept")).status_code == 200

    async def found() -> bool:
        seen = await dry_run(workspace, asked, channel="community", **about)
        return "post" in (seen["route"]["answer"] or {})

    await eventually(found)
    return post
