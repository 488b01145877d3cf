"""A customer is erased: nothing of the person is left anywhere, and all that is counted is."""

from collections.abc import Awaitable, Callable

from mci_router.api.parts import Parts
from tests.privacy.support import PHONES, WORDS, Life, cancelled, lived, tells, world
from tests.support.canaries import in_files, in_ledger, in_live_state
from tests.support.events import assert_documented
from tests.support.problems import assert_problem
from tests.support.receiver import Received, receiving
from tests.support.service import Workspace, eventually
from tests.support.target import running_target

Make = Callable[..., Awaitable[Workspace]]
KEPT_AS_HASHES = {"zqxkey", "zqxmessagekey", "zqxbytes"}  # the last is in a file
WHY = {"reason": "article 17, ticket 4711"}


async def test_who_has_used_every_door_is_nowhere_when_erased(make: Make, service: tuple[str, Parts]) -> None:
    """No table, no key of the live state and no file has one of the words by which the person came, or that anybody
    wrote to or about the person.
    """
    parts = service[1]
    words = [*WORDS, *PHONES]
    others = in_files(parts, words)  # a test before may have left some of its own
    async with running_target(tells) as target, receiving() as receiver:
        workspace = await make(world(target.url))
        life = await lived(workspace, receiver)
        before = await in_ledger(workspace, words)
        assert {one.rpartition(" ")[2] for one in before} >= set(words) - KEPT_AS_HASHES
        busy = await workspace.api.post(f"/v1/customers/{life.customer}/erase", json=WHY)
        assert_problem(busy, 409, "customer_busy")
        for contact in busy.json()["contacts"]:
            await cancelled(workspace, contact)
        answer = await workspace.api.post(f"/v1/customers/{life.customer}/erase", json=WHY)
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "erased"
        await workspace.projected()

        async def no_files() -> bool:
            return set(in_files(parts, words)) <= set(others)

        await eventually(no_files)
        assert await in_ledger(workspace, words) == []
        assert await in_live_state(parts, words) == []

        async def heard() -> list[Received]:
            return [one for one in receiver.received if one.type == "mci.customer.erased"]

        (event,) = await eventually(heard)
        assert_documented(event.event)
        assert event.event["data"] == {"customer": life.customer, "merged": [life.merged]}
        await assert_counts_are_left(life, answer.json()["left_id"])


async def test_who_has_just_ended_the_contacts_may_erase_at_once(workspace: Workspace) -> None:
    """The answer to an end comes before the ledger has it: the erasure waits for that, and is not refused."""
    for number in range(5):
        contact = await workspace.post("hello", channel="chat", customer={"external_id": f"kim-{number}"})
        shown = await workspace.contact(contact["id"])
        ended = await workspace.api.post(f"/v1/contacts/{contact['id']}/cancel")
        assert ended.status_code == 200, ended.text
        answer = await workspace.api.post(f"/v1/customers/{shown['customer_id']}/erase", json=WHY)
        assert (answer.status_code, answer.json().get("state")) == (200, "erased"), answer.text


async def assert_counts_are_left(life: Life, left: str) -> None:
    """The contacts are where they were in time and in the queues, of a customer without anything."""
    workspace = life.workspace
    for contact in life.contacts:
        shown = await workspace.contact(contact)
        assert (shown["customer_id"], shown["text"], shown["subject"]) == (left, "", None)
        assert shown["accepted_at"]
        assert shown["ended_at"]
        decision = await workspace.api.get(f"/v1/contacts/{contact}/decision")
        assert decision.status_code == 200, decision.text
        assert await workspace.events(contact)
    customer = (await workspace.api.get(f"/v1/customers/{left}")).json()
    assert (customer["name"], customer["attributes"], customer["addresses"]) == (None, {}, [])
    first = await workspace.contact(life.contacts[0])
    messages = await workspace.api.get(f"/v1/cases/{first['case_id']}/messages")
    assert messages.status_code == 200, messages.text
    assert len(messages.json()["items"]) > 3
    assert {one["text"] for one in messages.json()["items"]} == {""}
    late = {"contact_id": life.contacts[0], "score": 1, "comment": "zqxlate"}
    assert_problem(await workspace.api.post("/v1/survey-answers", json=late), 409, "survey_over")
    answers = (await workspace.api.get("/v1/survey-answers")).json()["items"]
    assert [(one["score"], one["comment"]) for one in answers] == [(5, "")]
    runs = (await workspace.api.get("/v1/runs")).json()["items"]
    assert [(one["workflow"], one["state"], one["input"]) for one in runs] == [("refund", "succeeded", {})]
    post = (await workspace.api.get(f"/v1/posts/{life.post}")).json()
    assert (post["hidden"], post["title"], post["body"]) == (True, "", "")
