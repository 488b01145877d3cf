"""A customer is exported: everything that is held of the person, and nothing of anybody else."""

import json
import tracemalloc
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.privacy.exporting import SECTIONS, Exporter
from tests.privacy.support import PHONES, WORDS, lived, tells, world
from tests.privacy.test_erasing import KEPT_AS_HASHES
from tests.privacy.test_races import known
from tests.support.canaries import in_ledger
from tests.support.problems import assert_problem
from tests.support.receiver import receiving
from tests.support.service import Workspace
from tests.support.target import running_target

Make = Callable[..., Awaitable[Workspace]]

MESSAGES, LENGTH = 5_000, 2_000
MOST_BYTES = 8_000_000  # the whole document has more than 10 MB
MANY = text(
    """
    INSERT INTO messages (id, workspace_id, received_at, occurred_at, case_id, seq, contact_id, kind, author, channel,
      visibility, text)
    SELECT 'msg_' || lpad(n::text, 32, '0'), c.workspace_id, now(), now(), c.case_id, 1000 + n, c.id, 'customer',
      c.customer_id, 'chat', 'private', repeat('x', :length)
    FROM contacts c, generate_series(1, :messages) AS n WHERE c.customer_id = :customer
    """
)


async def test_an_export_has_every_word_of_the_person_and_none_of_others(make: Make) -> None:
    """Of the customer and of those who were merged into it; with internal notes, which are marked as such; without the
    secrets that open files and surveys.
    """
    async with running_target(tells) as target, receiving() as receiver:
        workspace = await make(world(target.url))
        life = await lived(workspace, receiver)
        await workspace.post(
            "a formal complaint zqxstranger", customer={"name": "Zqxstranger", "email": "x@example.org"}
        )
        await workspace.projected()
        answer = await workspace.api.get(f"/v1/customers/{life.customer}/export")
    assert answer.status_code == 200, answer.text
    assert f'filename="customer-{life.customer}.json"' in answer.headers["Content-Disposition"]
    said = answer.text.lower()
    assert [word for word in [*WORDS, *PHONES] if word not in said] == sorted(KEPT_AS_HASHES, key=WORDS.index)
    assert "zqxstranger" not in said
    document = answer.json()
    assert set(document) == {"customer_id", "exported_at", *(section.name for section in SECTIONS)}
    assert {one["id"] for one in document["customers"]} == {life.customer, life.merged}
    assert {one["id"] for one in document["contacts"]} >= set(life.contacts)
    assert [one["text"] for one in document["messages"] if one["kind"] == "note"] == ["zqxnote"]
    (file,) = document["files"]
    assert (file["name"], "key" in file, "object" in file) == ("zqxfile.txt", False, False)
    assert not {"nonce", "token"} & set(document["survey_invitations"][0])
    audited = await workspace.api.get("/v1/audit", params={"target": life.customer, "action": "customer.exported"})
    assert len(audited.json()["items"]) == 1


async def test_five_thousand_messages_take_no_more_memory_than_a_page_and_are_erased(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """The document is made of pieces, each of a page, and is whole."""
    customer = await known(workspace)
    async with workspace.ledger() as session:
        await session.execute(MANY, {"customer": customer, "messages": MESSAGES, "length": LENGTH})
    sent, pieces = 0, 0
    tracemalloc.start()
    async for piece in Exporter(service[1].database).export(workspace.id, customer):
        sent, pieces = sent + len(piece), pieces + 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > MESSAGES * LENGTH
    assert pieces > len(SECTIONS) + 20
    assert peak < MOST_BYTES
    answer = await workspace.api.get(f"/v1/customers/{customer}/export")
    assert len(json.loads(answer.content)["messages"]) == MESSAGES + 1
    erased = await workspace.api.post(f"/v1/customers/{customer}/erase", json={"reason": "article 17"})
    assert erased.json()["state"] == "erased"
    assert await in_ledger(workspace, ["x" * LENGTH]) == []


async def test_nobody_is_exported_who_is_not_there(workspace: Workspace) -> None:
    """A problem, and no document that breaks off; also of a customer who was erased."""
    nobody = await workspace.api.get(f"/v1/customers/cus_{'0' * 32}/export")
    assert_problem(nobody, 404, "not_found")
    customer = await known(workspace)
    erased = await workspace.api.post(f"/v1/customers/{customer}/erase", json={"reason": "article 17"})
    assert erased.status_code == 200, erased.text
    assert_problem(await workspace.api.get(f"/v1/customers/{customer}/export"), 404, "not_found")
