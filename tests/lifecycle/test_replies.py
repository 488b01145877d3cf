"""What comes to a post later passes the same gate: sensitive, it is hidden before anybody sees it, and the contact is
taken private.
"""

from typing import Any

from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace, eventually

HOW_TO = "how do I set up my voicemail greeting"
SENSITIVE = "Call me. By the way, somebody stole my identity and my husband says he will kill me"


async def posted(workspace: Workspace, **more: Any) -> tuple[dict[str, Any], str]:
    """A contact in the community, and the path of its post."""
    contact = await workspace.post(HOW_TO, channel="community", **more)
    return contact, f"/v1/posts/{contact['route']['post']['id']}"


async def reply(workspace: Workspace, post: str, body: str, author: str = "kim") -> dict[str, Any]:
    response = await workspace.api.post(f"{post}/replies", json={"author": author, "body": body})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def passer_by(workspace: Workspace) -> dict[str, str]:
    """The headers of somebody who may read and write in the community, and nothing else."""
    made = await workspace.api.post(
        "/v1/api-keys", json={"name": "visitor", "scopes": ["community:read", "community:write"]}
    )
    return {"Authorization": f"Bearer {made.json()['key']}"}


@every("where", ["body", "author", "the end of a long one", "below a signature"])
async def test_a_sensitive_reply_takes_the_contact_private(workspace: Workspace, where: str) -> None:
    """Nobody but moderators sees the reply and the post, the journal tells of it, and a person has the contact,
    one-to-one.
    """
    await workspace.post("make a live state")
    contact, post = await posted(workspace)
    texts = {
        "the end of a long one": "Press and hold 1. " * 900 + SENSITIVE,
        "below a signature": f"Press 1.\nBest\nkim\n{SENSITIVE}",
    }
    said = (
        await reply(workspace, post, "Press 1.", SENSITIVE)
        if where == "author"
        else await reply(workspace, post, texts.get(where, SENSITIVE))
    )
    assert (said["hidden"], said["accepted"]) == (True, False)
    visitor = await passer_by(workspace)
    assert_problem(await workspace.api.get(post, headers=visitor), 404, "not_found")
    assert (await workspace.api.get("/v1/posts", headers=visitor)).json()["items"] == []
    seen = (await workspace.api.get(post)).json()
    assert (seen["hidden"], seen["status"], [one["id"] for one in seen["replies"]]) == (True, "closed", [said["id"]])
    queued = await workspace.until_state(contact["id"], "queued")
    assert (queued["sensitive"], queued["outcome"], queued["cell"]) == (True, "agent", "low_volume_high_touch")
    decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
    assert (decision["triage"]["sensitive"], decision["triage"]["modality"]) == (True, "one_to_one")
    assert "a reply to its post is sensitive: the contact is taken private" in decision["route"]["reasons"]

    async def told() -> dict[str, Any] | None:
        return next((event for event in await workspace.events(contact["id"]) if event["type"] == "reply.hidden"), None)

    assert (await eventually(told))["data"]["reply"] == said["id"]
    assert_problem(await workspace.api.post(f"{post}/replies/{said['id']}/accept"), 404, "not_found")


async def test_a_harmless_reply_is_shown_as_it_was_judged(workspace: Workspace) -> None:
    """Without signature, invisible characters and what tells who asked, however long it is; and nothing happens to the
    contact.
    """
    contact, post = await posted(workspace, customer={"name": "Sam Leeson", "email": "sam@post.example"})
    long = "\n".join(f"{step}. Press and hold {step}." for step in range(1, 200))
    body = f"Hi Sam Leeson,\u200b\n{long}\nwrite to me@post.example\nKind regards\nKim Roe\n4 Mill Road"
    said = await reply(workspace, post, body, "ki\u200bm")
    seen = (await workspace.api.get(post, headers=await passer_by(workspace))).json()["replies"]
    assert [(one["id"], one["author"], one["hidden"]) for one in seen] == [(said["id"], "kim", False)]
    assert long in seen[0]["body"]
    for secret in ("Leeson", "post.example", "Roe", "Mill Road", "\u200b"):
        assert secret not in seen[0]["body"]
    assert (await workspace.contact(contact["id"]))["state"] == "posted"


async def test_a_reply_to_a_contact_that_has_ended_changes_nothing_but_is_hidden(workspace: Workspace) -> None:
    """The question was answered and stays public; the reply does not."""
    contact, post = await posted(workspace)
    good = await reply(workspace, post, "Press and hold 1.")
    await workspace.api.post(f"{post}/replies/{good['id']}/accept")
    await workspace.until_state(contact["id"], "resolved")
    bad = await reply(workspace, post, SENSITIVE)
    seen = (await workspace.api.get(post, headers=await passer_by(workspace))).json()
    assert (bad["hidden"], [one["id"] for one in seen["replies"]]) == (True, [good["id"]])
    ended = await workspace.contact(contact["id"])
    assert (ended["state"], ended["sensitive"]) == ("resolved", False)
