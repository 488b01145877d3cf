"""Past contacts, replayed through a changed ladder or threshold."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.documents import small
from tests.support.outbound import by, key_of
from tests.support.service import PATIENCE_S, TLS, Workspace

Make = Callable[..., Awaitable[Workspace]]

SIGN_IN = "I forgot my password and cannot log in"
HOW_TO = "how do I set up my voicemail greeting"
FRAUD = "my credit card was stolen and somebody is paying with it"
LADDER = "high_volume_low_touch"
SENT_TO_PEOPLE = {"name": LADDER, "ladder": [{"outcome": "agent"}]}


def ago(**past: float) -> str:
    return (datetime.now(UTC) - timedelta(**past)).isoformat()


async def replayed(workspace: Workspace, *, api: httpx.AsyncClient | None = None, **body: Any) -> dict[str, Any]:
    answer = await (api or workspace.api).post(
        "/v1/decisions/replay", json={"since": ago(hours=1), "changes": {}, **body}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_what_a_change_would_have_done(make: Make) -> None:
    """Nothing changes by no change. A ladder and a bar move what they are about, by from where to where, with the
    contacts and the reasons; what is sensitive stays with its people; what came goes on as it was.
    """
    workspace = await make()
    answered, named = await workspace.post(SIGN_IN), await workspace.post(SIGN_IN, topic="sign_in")
    fraud = await workspace.post(FRAUD)
    same = await replayed(workspace)
    assert (same["contacts"], same["changed"], same["moves"], same["differs_from_then"]) == (3, 0, [], 0)
    assert same["before"] == same["after"]
    assert not same["partial"]

    people = await replayed(workspace, changes={"policies": [SENT_TO_PEOPLE]})
    assert people["changed"] == 2
    (move,) = people["moves"]
    assert (move["from"]["outcome"], move["to"]["outcome"], move["contacts"]) == ("automation", "agent", 2)
    assert [one["contact_id"] for one in move["examples"]] == [named["id"], answered["id"]]
    assert move["topics"] == [{"topic": "sign_in", "contacts": 2}]

    surer = await replayed(workspace, changes={"workspace": {"bars": {"automation": 1.0, "community": 1.0}}})
    (move,) = surer["moves"]
    assert [one["contact_id"] for one in move["examples"]] == [answered["id"]], "a named topic clears every bar"
    assert any("is below 1.00 for an article" in reason for reason in move["examples"][0]["reasons"])

    anything = {"name": "low_volume_high_touch", "ladder": [{"outcome": "automation"}, {"outcome": "agent"}]}
    daring = await replayed(workspace, changes={"policies": [anything]})
    assert fraud["id"] not in str(daring), "a sensitive contact is a person's, whatever a ladder says"
    assert (await workspace.api.get(f"/v1/contacts/{answered['id']}")).json()["state"] == "automating"
    assert (await workspace.api.get(f"/v1/contacts/{answered['id']}/decision")).json()["history"][1:] == []


async def test_the_newest_of_a_period(make: Make) -> None:
    """The limit says which are left out; a period has its own contacts only, and a workspace, too."""
    workspace, other = await make(), await make()
    contacts = [await workspace.post(SIGN_IN) for _ in range(3)]
    await other.post(SIGN_IN)
    newest = await replayed(workspace, limit=2, changes={"policies": [SENT_TO_PEOPLE]})
    assert (newest["contacts"], newest["partial"]) == (2, True)
    shown = {one["contact_id"] for one in newest["moves"][0]["examples"]}
    assert shown == {contact["id"] for contact in contacts[1:]}
    before = await replayed(workspace, since=ago(hours=3), until=ago(hours=2))
    assert (before["contacts"], before["before"]) == (0, [])


async def test_a_key_that_sees_no_sensitive_contact_replays_none(make: Make) -> None:
    """Not even their number."""
    document = small()
    for topic in document["topics"]:
        topic.pop("queue", None)
    workspace = await make(document)
    fraud = await workspace.post(FRAUD)
    elsewhere = {"name": fraud["triage"]["cell"], "ladder": [{"outcome": "agent", "queue": "voice"}]}
    everybody = await replayed(workspace, changes={"policies": [elsewhere]})
    key = await key_of(workspace, "contacts:read", "configuration:read")
    async with httpx.AsyncClient(base_url=workspace.url, headers=by(key), verify=TLS, timeout=PATIENCE_S) as planner:
        seen = await replayed(workspace, api=planner, changes={"policies": [elsewhere]})
    assert everybody["moves"][0]["examples"][0]["contact_id"] == fraud["id"]
    assert (seen["contacts"], seen["before"], seen["moves"]) == (0, [], [])


async def test_a_change_that_could_not_be_made_is_refused(shared: Workspace) -> None:
    """With the place: a queue that there is not, bars that do not rise, two ladders of a cell, a period that ends before
    it begins.
    """
    nowhere = {"name": LADDER, "ladder": [{"outcome": "agent", "queue": "nowhere"}]}
    bodies: list[tuple[dict[str, Any], str]] = [
        ({"changes": {"policies": [nowhere]}}, "body.changes.policies.0.ladder.0.queue"),
        ({"changes": {"policies": [SENT_TO_PEOPLE, SENT_TO_PEOPLE]}}, "changes"),
        ({"changes": {"workspace": {"bars": {"automation": 0.9, "community": 0.5}}}}, "bars"),
        ({"changes": {}, "until": ago(hours=2)}, "body.until"),
        ({"changes": {"topics": []}}, "topics"),
    ]
    for body, where in bodies:
        answer = await shared.api.post("/v1/decisions/replay", json={"since": ago(hours=1), **body})
        assert answer.status_code == 422, body
        assert where in answer.text, answer.text
