"""The customer without name and address who has the cases of an erased one: nobody's words are taken there."""

import pytest

from mci_router.api.parts import Parts
from mci_router.privacy import emptying
from mci_router.routing.engine import forgetting
from tests.privacy.support import cancelled
from tests.privacy.test_races import WHY, known
from tests.support.canaries import in_ledger, in_live_state
from tests.support.conversations import COMPLAINT, accepted
from tests.support.problems import assert_problem
from tests.support.service import Workspace


async def erased(workspace: Workspace, customer: str) -> str:
    answer = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
    assert answer.json()["state"] == "erased"
    return str(answer.json()["left_id"])


async def test_nobody_is_merged_with_what_is_left(workspace: Workspace) -> None:
    """Their cases would be emptied with those of the person, or the person's never looked at again."""
    left = await erased(workspace, await known(workspace))
    other = (await workspace.post("hello", customer={"email": "kim@example.com"}))["customer_id"]
    for one, into in ((other, left), (left, other)):
        refused = await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": into})
        assert_problem(refused, 422, "invalid_request")


async def test_nobody_writes_onto_what_is_left(workspace: Workspace) -> None:
    """It is nobody: no contact, no name, no address, no session, no member, no second erasure, at any door, and it is
    as it was.
    """
    contact = await workspace.post("hello", customer={"email": "sam@example.com"})
    await cancelled(workspace, contact["id"])
    left, api = await erased(workspace, contact["customer_id"]), workspace.api
    before = (await api.get(f"/v1/customers/{left}")).json()
    url, add = f"/v1/customers/{left}", [{"kind": "email", "value": "kim@example.com", "trust": "verified"}]
    body = {"channel": "chat", "text": "hello"}
    for whom in ({"id": left}, {"id": left, "email": "kim@example.com"}):
        assert_problem(await api.post("/v1/contacts", json={**body, "customer": whom}), 422, "unknown_customer")
    for answer in (
        await api.patch(url, json={"name": "Kim"}),
        await api.patch(url, json={"add": add}),
        await api.post(f"{url}/session", json={}),
        await api.post(f"{url}/erase", json=WHY),
        await api.post("/v1/members", json={"name": "Kim", "customer_id": left}),
    ):
        assert_problem(answer, 409, "customer_erased")
    open_one = await workspace.post("hello", customer={"email": "kim@example.com"})
    verified = await api.post(f"/v1/contacts/{open_one['id']}/verify", json={"customer_id": left})
    assert_problem(verified, 422, "unknown_customer")
    assert (await api.get(url)).json() == before


async def test_nothing_is_written_to_what_an_erased_customer_had(workspace: Workspace) -> None:
    """Somebody knows the id of an old contact: whatever they say of it is refused, and it is as it was."""
    contact = await workspace.post("how do I set up voicemail", customer={"email": "sam@example.com"})
    one = f"/v1/contacts/{contact['id']}"
    assert (await workspace.api.post(f"{one}/resolve", json={})).status_code == 200
    await workspace.until_state(contact["id"], "resolved")
    await workspace.projected()
    await erased(workspace, contact["customer_id"])
    before = await workspace.contact(contact["id"])
    refused = {}
    for url, body in (
        (f"{one}/messages", {"text": "zqxlate", "kind": "customer"}),
        (f"{one}/unresolved", {}),
        (f"{one}/still_broken", {}),
        (f"{one}/callback", {"phone": "+4930901820"}),
        (f"{one}/cancel", {"reason": "zqxlate"}),
        (f"{one}/consent", {"agree": True}),
        (f"{one}/transfer", {"queue": "desk", "reason": "zqxlate"}),
        (f"{one}/requeue", {"reason": "zqxlate"}),
        (f"{one}/verify", {}),
        ("/v1/survey-answers", {"contact_id": contact["id"], "score": 5, "comment": "zqxlate"}),
        ("/v1/messages", {"channel": "chat", "text": "zqxlate", "customer": {"id": before["customer_id"]}}),
    ):
        answer = await workspace.api.post(url, json=body)
        refused[url] = answer.status_code
    assert {url: status for url, status in refused.items() if not 400 <= status < 500} == {}
    assert await in_ledger(workspace, ["zqxlate"]) == []
    assert await workspace.contact(contact["id"]) == before


async def test_a_disposition_counts_that_is_one_of_the_workspaces(workspace: Workspace) -> None:
    """What an agent has typed in freely may be a name, even if it looks like a word of the workspace's."""
    kept = []
    async with workspace.desk("ann") as ann:
        for number, disposition in enumerate(("solved", "anna_schmidt")):
            contact = await workspace.post(COMPLAINT, customer={"email": f"anna{number}@example.com"})
            assignment = await accepted(ann, contact["id"])
            await ann.do("assignment.complete", assignment_id=assignment, disposition=disposition, notes="")
            await ann.do("wrap_up.done", assignment_id=assignment)
            await workspace.until_state(contact["id"], "completed")
            await workspace.projected()
            await erased(workspace, contact["customer_id"])
            kept.append((await workspace.contact(contact["id"]))["disposition"])
    assert kept == ["solved", None]


@pytest.mark.parametrize("most", [2, 500])
async def test_a_journal_and_inboxes_of_many_pages_are_emptied(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """They are read and emptied a page at a time, each within a bound of its own, however much has happened; what
    others said stays.
    """
    monkeypatch.setattr(forgetting, "AT_ONCE", most)
    monkeypatch.setattr(emptying, "EVENTS_AT_ONCE", most)
    async with workspace.desk("ann") as ann:
        other = await workspace.post(f"{COMPLAINT} zqystays", customer={"name": "Zqystays", "email": "kim@example.com"})
        await accepted(ann, other["id"])
        contact = await workspace.post(f"{COMPLAINT} zqypage", customer={"email": "zqypage@example.com"})
        assignment = await accepted(ann, contact["id"])
        for number in range(3):
            await ann.do("assignment.save", assignment_id=assignment, notes=f"zqypage {number}")
        done = await ann.do("assignment.complete", assignment_id=assignment, disposition="zqypage", notes="zqypage")
        assert "problem" not in done, done
        await ann.do("wrap_up.done", assignment_id=assignment)
        await workspace.until_state(contact["id"], "completed")
    await workspace.projected()
    assert await in_live_state(service[1], ["zqypage"])
    assert await in_live_state(service[1], [other["id"]])
    await erased(workspace, contact["customer_id"])
    assert await in_live_state(service[1], ["zqypage"]) == []
    assert await in_live_state(service[1], [other["id"]])
