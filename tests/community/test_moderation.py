"""Members, flags, locks and levels over the API; and what is hidden is nowhere for those who may not see it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

HOW_TO = "how do I set up my voicemail greeting"
Make = Callable[..., Awaitable[Workspace]]


def with_spaces(**community: Any) -> dict[str, Any]:
    """The small workspace, with a community, a space for its voicemail, and one where nobody writes."""
    document = small()
    document["workspace"]["community"] = {"flags_to_hide": 2, **community}
    document["spaces"] = [
        {"name": "voicemail", "title": "Voicemail", "description": "All about it.", "topics": ["how_to"]},
        {"name": "archive", "title": "Archive", "topics": ["complaint"], "locked": True},
    ]
    return document


@pytest.fixture
async def board(make: Make) -> Workspace:
    return await make(with_spaces())


async def posted(workspace: Workspace, text: str = HOW_TO) -> tuple[str, str]:
    """A contact in the community, and the path of its post."""
    contact = await workspace.post(text, channel="community")
    return contact["id"], f"/v1/posts/{contact['route']['post']['id']}"


async def done(workspace: Workspace, method: str, path: str, status: int = 200, /, **body: Any) -> dict[str, Any]:
    response = await workspace.api.request(method, path, json=body or None)
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json() if response.content else {}
    return answer


async def member(workspace: Workspace, name: str, level: str | None = None) -> str:
    """A member of a site, of a level that a moderator has set unless it is left out."""
    made = await done(workspace, "POST", "/v1/members", name=name, external_id=f"forum-{name}")
    if level:
        assert (await done(workspace, "PUT", f"/v1/members/{made['id']}/level", level=level))["level"] == level
    return str(made["id"])


async def reply(workspace: Workspace, post: str, body: str, who: str | None = None, **more: Any) -> dict[str, Any]:
    said = {"author": "kim", "body": body, "member": who, **more}
    return await done(workspace, "POST", f"{post}/replies", 201, **said)


async def visitor(workspace: Workspace) -> dict[str, str]:
    scopes = {"name": "visitor", "scopes": ["community:read", "community:write"]}
    made = await workspace.api.post("/v1/api-keys", json=scopes)
    return {"Authorization": f"Bearer {made.json()['key']}"}


async def events(workspace: Workspace, contact: str, kind: str) -> list[dict[str, Any]]:
    """The contact's events of a type, once there are any."""

    async def there() -> list[dict[str, Any]]:
        return [one["data"] for one in await workspace.events(contact) if one["type"] == kind]

    found: list[dict[str, Any]] = await eventually(there)
    return found


async def test_a_new_members_link_waits_for_a_moderator(board: Workspace) -> None:
    """Held, it is in no answer to others; shown, it is a reply like any, and followers hear of it."""
    contact, post = await posted(board)
    new, follower = await member(board, "nia"), await member(board, "finn")
    for _ in range(2):
        await done(board, "PUT", f"{post}/followers/{follower}", 204)
    assert [one["id"] for one in (await done(board, "GET", f"{post}/followers"))["items"]] == [follower]
    held = await reply(board, post, "Look at https://help.example/1", new, key="k1")
    again = await reply(board, post, "Look at https://help.example/1", new, key="k1")
    assert (held["hidden"], held["hidden_why"], again["id"]) == (True, "held", held["id"])
    others = await visitor(board)
    assert (await board.api.get(post, headers=others)).json()["replies"] == []
    assert_problem(await board.api.get("/v1/hidden-replies", headers=others), 403, "scope_missing")
    waiting = (await done(board, "GET", "/v1/hidden-replies?why=held"))["items"]
    assert [one["id"] for one in waiting] == [held["id"]]
    assert (await done(board, "GET", "/v1/hidden-replies?why=private"))["items"] == []
    assert_problem(await board.api.post(f"{post}/replies/{held['id']}/accept"), 404, "not_found")
    assert (await events(board, contact, "post.hidden"))[0]["why"] == "held"
    await done(board, "POST", f"{post}/replies/{held['id']}/show")
    assert [one["id"] for one in (await board.api.get(post, headers=others)).json()["replies"]] == [held["id"]]
    (news,) = await events(board, contact, "post.news")
    assert (news["members"], news["reply"]) == ([follower], held["id"])
    (created,) = await events(board, contact, "reply.created")
    assert (created["reply"], created["member"]) == (held["id"], new)
    await done(board, "DELETE", f"{post}/followers/{follower}", 204)
    assert (await done(board, "GET", f"{post}/followers"))["items"] == []
    assert (await reply(board, post, "See https://help.example/2", await member(board, "bo", "basic")))[
        "hidden"
    ] is False


async def test_enough_flags_hide_until_a_moderator_decides(board: Workspace) -> None:
    """Those of new members count for nothing, a trusted one alone is enough."""
    contact, post = await posted(board)
    author = await member(board, "abe", "basic")
    spam = await reply(board, post, "Buy the zoetrope widget", author)

    async def flag(who: str, status: int = 201, /, **more: Any) -> dict[str, Any]:
        return await done(board, "POST", f"{post}/flags", status, member=who, reason="spam", reply=spam["id"], **more)

    new, first, second = [await member(board, *who) for who in (("n", "new"), ("f", "basic"), ("s", "regular"))]
    assert (await flag(new))["counts"] is False
    one = await flag(first, note="my card is 4111 1111 1111 1111")
    assert (one["counts"], (await flag(first))["id"], "4111" in one["note"]) == (True, one["id"], False)
    others = await visitor(board)
    assert len((await board.api.get(post, headers=others)).json()["replies"]) == 1
    await flag(second)
    assert (await board.api.get(post, headers=others)).json()["replies"] == []
    await flag(await member(board, "late", "basic"), 404)
    assert (await events(board, contact, "post.flagged"))[0]["reason"] == "spam"
    assert_problem(await board.api.get("/v1/flags", headers=others), 403, "scope_missing")
    queue = (await done(board, "GET", "/v1/flags?state=open"))["items"]
    assert [(each["member"], each["reply"]) for each in queue] == [(who, spam["id"]) for who in (second, first, new)]
    page = await done(board, "GET", "/v1/flags?limit=2")
    assert (
        len(page["items"]),
        len((await done(board, "GET", f"/v1/flags?cursor={page['next_cursor']}"))["items"]),
    ) == (2, 1)
    await done(board, "POST", f"/v1/flags/{queue[0]['id']}/decide", to="dismissed")
    assert (await done(board, "GET", "/v1/flags?state=open"))["items"] == []
    assert len((await board.api.get(post, headers=others)).json()["replies"]) == 1
    assert_problem(
        await board.api.post(f"/v1/flags/{queue[0]['id']}/decide", json={"to": "upheld"}), 409, "wrong_state"
    )
    trusted = await flag(await member(board, "tia", "trusted"))
    assert (await board.api.get(post, headers=others)).json()["replies"] == []
    await done(board, "POST", f"/v1/flags/{trusted['id']}/decide", to="upheld")
    judged = await done(board, "GET", f"/v1/members/{author}")
    assert (judged["upheld"], judged["replies"], judged["accepted"]) == (1, 0, 0)
    audited = [entry["action"] for entry in (await done(board, "GET", "/v1/audit"))["items"]]
    assert audited.count("flag.decided") == 2


async def test_moderators_hide_show_and_lock_posts(board: Workspace) -> None:
    """A hidden post is not there for others; a locked one is read, and answered by moderators alone."""
    _, post = await posted(board)
    others = await visitor(board)
    for _ in range(2):
        hidden = await done(board, "POST", f"{post}/hide")
    assert (hidden["hidden"], hidden["hidden_why"]) == (True, "moderated")
    assert_problem(await board.api.get(post, headers=others), 404, "not_found")
    assert (await board.api.get("/v1/posts?space=voicemail", headers=others)).json()["items"] == []
    assert len((await done(board, "GET", "/v1/posts?space=voicemail"))["items"]) == 1
    assert (await done(board, "POST", f"{post}/show"))["hidden"] is False
    assert (await done(board, "POST", f"{post}/lock"))["locked"] is True
    said = {"author": "kim", "body": "Press 1."}
    assert_problem(await board.api.post(f"{post}/replies", json=said, headers=others), 409, "wrong_state")
    await reply(board, post, "A moderator's word")
    await done(board, "POST", f"{post}/unlock")
    assert (await board.api.post(f"{post}/replies", json=said, headers=others)).status_code == 201
    for act in ("hide", "lock"):
        assert_problem(await board.api.post(f"{post}/{act}", headers=others), 403, "scope_missing")


async def test_what_a_moderator_hides_no_flag_shows(board: Workspace) -> None:
    """One moderator hides what a flag has hidden; another dismisses the flag: it stays hidden until it is shown."""
    contact, post = await posted(board)
    spam = await reply(board, post, "Buy the zoetrope widget")
    trusted = {"member": await member(board, "tia", "trusted"), "reason": "spam", "reply": spam["id"]}
    flag = await done(board, "POST", f"{post}/flags", 201, **trusted)
    for _ in range(2):
        await done(board, "POST", f"{post}/replies/{spam['id']}/hide")
    await done(board, "POST", f"/v1/flags/{flag['id']}/decide", to="dismissed")
    (seen,) = (await done(board, "GET", post))["replies"]
    assert (seen["hidden"], seen["hidden_why"]) == (True, "moderated")
    assert len(await events(board, contact, "post.hidden")) == 1
    assert [one["action"] for one in (await done(board, "GET", "/v1/audit"))["items"]].count("reply.hidden") == 1
    await done(board, "POST", f"{post}/replies/{spam['id']}/show")
    assert (await done(board, "GET", post))["replies"][0]["hidden"] is False


async def test_what_a_moderator_shows_no_older_flag_hides_again(board: Workspace) -> None:
    """Its flags are dismissed: only new ones count."""
    _, post = await posted(board)
    fine = await reply(board, post, "Press and hold the 1")
    about = {"reason": "wrong", "reply": fine["id"]}
    for who in ("f", "s"):
        await done(board, "POST", f"{post}/flags", 201, member=await member(board, who, "basic"), **about)
    await done(board, "POST", f"{post}/replies/{fine['id']}/show")
    assert (await done(board, "GET", "/v1/flags?state=open"))["items"] == []
    await done(board, "POST", f"{post}/flags", 201, member=await member(board, "g", "basic"), **about)
    assert (await done(board, "GET", post))["replies"][0]["hidden"] is False


async def test_nobody_rises_by_accepting_their_own_replies(board: Workspace) -> None:
    """An accepted reply counts for who wrote it to the question of somebody else."""
    contact, own = await posted(board)
    customer = (await board.contact(contact))["customer_id"]
    me = (await done(board, "POST", "/v1/members", name="Sam", customer_id=customer))["id"]
    for post in (own, (await posted(board, f"{HOW_TO} abroad"))[1]):
        said = await reply(board, post, "Press 1.", me)
        await done(board, "POST", f"{post}/replies/{said['id']}/accept")
    has = await done(board, "GET", f"/v1/members/{me}")
    assert (has["replies"], has["accepted"]) == (2, 1)


async def test_what_became_private_is_never_shown_again(board: Workspace) -> None:
    """Not to moderators without the scope for it, and not by any act."""
    _, post = await posted(board)
    bad = await reply(board, post, "Call me. Somebody stole my identity and my husband says he will kill me")
    assert (bad["hidden"], bad["hidden_why"]) == (True, "private")
    key = await board.api.post("/v1/api-keys", json={"name": "m", "scopes": ["community:read", "community:moderate"]})
    moderator = {"Authorization": f"Bearer {key.json()['key']}"}
    assert_problem(await board.api.get(post, headers=moderator), 404, "not_found")
    assert (await board.api.get("/v1/hidden-replies", headers=moderator)).json()["items"] == []
    for path in (f"{post}/show", f"{post}/replies/{bad['id']}/show"):
        assert_problem(await board.api.post(path), 409, "wrong_state")


async def test_an_answer_is_taken_back_and_another_accepted(board: Workspace) -> None:
    """The post is open again, searches lose it, and the contact stays resolved."""
    contact, post = await posted(board)
    wrong = await reply(board, post, "Dial the zoetrope.")
    await done(board, "POST", f"{post}/replies/{wrong['id']}/accept")
    await board.until_state(contact, "resolved")
    for _ in range(2):
        back = await done(board, "POST", f"{post}/unaccept")
    assert (back["status"], back["closed_at"]) == ("open", None)
    assert (await board.contact(contact))["state"] == "resolved"
    right = await reply(board, post, "Press 1.")
    assert (await done(board, "POST", f"{post}/replies/{right['id']}/accept"))["status"] == "answered"
    read = (await done(board, "GET", post))["replies"]
    assert [(one["id"], one["accepted"]) for one in read] == [(wrong["id"], False), (right["id"], True)]


async def test_spaces_say_what_is_where_and_who_writes(board: Workspace) -> None:
    """A post is in the space of its topic; a space may ask a level, or be locked; others are in `general`."""
    _, post = await posted(board)
    assert (await done(board, "GET", post))["space"] == "voicemail"
    assert len((await done(board, "GET", "/v1/posts?space=voicemail"))["items"]) == 1
    assert (await done(board, "GET", "/v1/posts?space=general"))["items"] == []
    assert_problem(await board.api.get("/v1/posts?space=nowhere"), 404, "not_found")
    space = await done(board, "GET", "/v1/spaces/voicemail")
    asks = {name: space[name] for name in ("name", "title", "topics")} | {"write": "regular"}
    assert (await board.api.put("/v1/spaces/voicemail", json=asks)).status_code == 200
    new, regular = await member(board, "nia"), await member(board, "rob", "regular")
    said = {"author": "x", "body": "Press 1.", "member": new}
    problem = await board.api.post(f"{post}/replies", json=said)
    assert assert_problem(problem, 403, "may_not_write")["level"] == "new"
    await reply(board, post, "Press 1.", regular)
    await done(board, "DELETE", "/v1/spaces/voicemail", 204)
    assert (await done(board, "GET", post))["space"] == "general"
    assert len((await done(board, "GET", "/v1/posts?space=general"))["items"]) == 1
    bad = {"name": "x", "title": "X", "topics": ["nothing"]}
    assert (await board.api.put("/v1/spaces/x", json=bad)).status_code == 422


async def test_a_member_is_bounded_and_may_be_blocked(board: Workspace) -> None:
    """A new one writes five replies an hour; a blocked one neither writes nor flags nor follows."""
    _, post = await posted(board)
    new = await member(board, "nia")
    for number in range(5):
        await reply(board, post, f"Press {number}.", new)
    said = {"author": "x", "body": "Press 9.", "member": new}
    assert_problem(await board.api.post(f"{post}/replies", json=said), 429, "too_many_replies")
    assert (await done(board, "GET", f"/v1/members/{new}"))["replies"] == 5
    assert (await done(board, "PUT", f"/v1/members/{new}/level", level="blocked"))["set_level"] == "blocked"
    assert_problem(await board.api.post(f"{post}/replies", json=said), 403, "may_not_write")
    flagged = await board.api.post(f"{post}/flags", json={"member": new, "reason": "abuse"})
    assert_problem(flagged, 403, "may_not_write")
    assert_problem(await board.api.put(f"{post}/followers/{new}"), 403, "may_not_write")
    assert (await done(board, "PUT", f"/v1/members/{new}/level", level=None))["level"] == "new"
    assert [one["id"] for one in (await done(board, "GET", "/v1/members"))["items"]] == [new]
    nobody = await board.api.post("/v1/members", json={"name": "x"})
    assert_problem(nobody, 422, "invalid_request")
    gone = await board.api.post("/v1/members", json={"name": "x", "customer_id": "cus_" + "0" * 32})
    assert_problem(gone, 404, "not_found")
