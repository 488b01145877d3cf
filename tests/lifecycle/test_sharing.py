"""One to many: what one customer was answered becomes a draft, or news for an incident's subscribers, and reveals nobody."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.conversations import accepted
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

ANSWER = "Restart the box at the lighthouse, Kim, and it works again."
SHARED = "Restart the box, and it works again."


def refused(told: dict[str, Any]) -> list[str]:
    assert "places" in told["problem"], told
    return [one["kind"] for one in told["problem"]["places"]]


async def test_others_ask_the_same(make: Make) -> None:
    """By the agent whom the workspace lets; by a supervisor; each text passes the gate, and agents' own words may be
    said again.
    """
    document = small()
    document["agents"][0]["may_inform"] = True
    workspace = await make(document)
    incident = {"title": "No sign-in", "topics": ["sign_in"], "status": {"en": "We look into it."}, "declare": True}
    made = (await workspace.api.post("/v1/incidents", json=incident)).json()
    told = await workspace.post("I cannot sign in", topic="sign_in")
    assert told["route"]["outcome"] == "incident"
    said = "a formal complaint: since I moved to the lighthouse I cannot sign in at all"
    customer = {"external_id": "kim-9", "name": "Kim Roe"}
    contact = await workspace.post(said, customer=customer, language="en")
    async with workspace.desk("ann") as ann:
        await accepted(ann, contact["id"])
        sent = await ann.do("message.send", contact_id=contact["id"], client_id="1", kind="agent", text=ANSWER)
        message = sent["message"]["id"]
        incidents = (await ann.do("incidents.open"))["incidents"]
        assert incidents == [{"id": made["id"], "title": "No sign-in"}]
        inform = {"message_id": message, "incident_id": made["id"]}
        assert refused(await ann.do("answers.inform", **inform, text=ANSWER)) == ["name"]
        quoted = "As one wrote: since I MOVED to the lighthouse I cannot sign in"
        assert refused(await ann.do("answers.inform", **inform, text=quoted)) == ["quote"]
        save = {"message_id": message, "title": "No sign-in"}
        assert refused(await ann.do("answers.save", **save, text=quoted)) == ["quote"]
        for _ in range(2):
            assert (await ann.do("answers.inform", **inform, text=SHARED)) == {"incident_id": made["id"]}
        article = (await ann.do("answers.save", **save, text=SHARED))["article"]
    draft = (await workspace.api.get(f"/v1/articles/{article}")).json()
    assert (draft["body"], draft["state"], draft["audience"]) == (SHARED, "draft", "agents")

    async def informed() -> dict[str, Any] | None:
        found = (await workspace.api.get(f"/v1/incidents/{made['id']}")).json()
        return found if found["informed"] else None

    found = await eventually(informed)
    assert [one["status"] for one in found["updates"]] == [{"en": SHARED}]
    url = f"/v1/incidents/{made['id']}/updates"
    body = {"status": {"en": "All is well.", "de": "Kim hat es gesehen."}, "from_contact": contact["id"]}
    answer = await workspace.api.post(url, json=body)
    assert_problem(answer, 422, "reveals_private")
    assert answer.json()["places"] == [{"offset": 0, "length": 3, "kind": "name"}]
    trail = (await workspace.api.get("/v1/audit", params={"action": "incident.status_updated"})).json()["items"]
    assert [(one["actor"]["id"], one["after"]["from_contact"]) for one in trail] == [("ann", contact["id"])]


async def test_who_may_not_inform_does_not(make: Make) -> None:
    """Nothing is listed, and nothing is sent."""
    workspace = await make(small())
    contact = await workspace.post("a formal complaint")
    made = await workspace.api.post("/v1/incidents", json={"title": "All", "topics": ["sign_in"]})
    async with workspace.desk("ann") as ann:
        await accepted(ann, contact["id"])
        sent = await ann.do("message.send", contact_id=contact["id"], client_id="1", kind="agent", text=ANSWER)
        assert (await ann.do("incidents.open")) == {"incidents": []}
        about = {"message_id": sent["message"]["id"], "incident_id": made.json()["id"]}
        told = await ann.do("answers.inform", **about, text=SHARED)
        assert told["problem"]["type"] == "/problems/may_not_inform"
