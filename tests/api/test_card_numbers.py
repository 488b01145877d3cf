"""Card numbers never reach the disk, a log, Redis, a webhook, a model or another person, wherever in a request they
stand.
"""

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.cli.serve import configure_logging
from mci_router.intake.masking.plain import plain
from tests.intake.masking.test_fuzz import WORDS, written
from tests.support.receiver import Receiver, receiving
from tests.support.service import TestDesk, Workspace, eventually

CARD = "4111111111111111"
SPACED = "4111 1111 1111 1111"
CLIENTS = ("httpx", "httpcore", "websockets.client")  # what the test itself says is no concern

PLACES: dict[str, dict[str, Any]] = {
    "text": {"text": f"my card {SPACED} does not work"},
    "text with dashes": {"text": "my card 4111-1111-1111-1111 does not work"},
    "text in another script": {"text": "my card ٤١١١ ١١١١ ١١١١ ١١١١ does not work"},
    "subject": {"subject": f"card {CARD}"},
    "context text": {"context": {"page": f"/pay?card={CARD}"}},
    "context number": {"context": {"card": int(CARD)}},
    "context float": {"context": {"card": float(CARD)}},
    "context name": {"context": {"deep": [{SPACED: 1}]}},
    "customer's name": {"customer": {"name": f"Sam {SPACED}"}},
    "customer's attribute": {"customer": {"attributes": {"card": CARD}}},
    "customer's attribute as a number": {"customer": {"attributes": {"card": int(CARD)}}},
    "customer's attribute's name": {"customer": {"attributes": {SPACED: True}}},
    "channel reference": {"channel_ref": f"chat-{CARD}"},
    "attachment's name": {
        "attachments": [{"url": "https://files.example/1", "name": f"card {CARD}.pdf", "content_type": "text/plain"}]
    },
    "attachment's address": {
        "attachments": [{"url": f"https://files.example/pay?pan={CARD}", "name": "a", "content_type": "text/plain"}]
    },
}


READERS = {"hash": ("HGETALL",), "string": ("GET",), "set": ("SMEMBERS",), "stream": ("XRANGE", "-", "+")}


@pytest.fixture
async def everywhere(service: tuple[str, Parts], caplog: pytest.LogCaptureFixture) -> Any:
    """Says in which tables, Redis keys or logs the workspace holds a card number."""
    _, parts = service
    caplog.set_level(logging.DEBUG)
    configure_logging("debug")

    async def found(workspace: Workspace) -> list[str]:
        holders = list[str]()
        async with workspace.ledger() as session:
            tables = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
            told = f"regexp_replace(t::text, '[^0-9]', '', 'g') LIKE '%{CARD}%'"
            seen = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table} t WHERE {told})" for table in tables)
            holders += await session.scalars(text(" UNION ALL ".join(seen)))
        redis = parts.engine.client
        async for key in redis.scan_iter(f"mci:{{{workspace.id}}}:*"):
            read = READERS.get(await redis.type(key))
            # Not decoded: some of what is kept is packed.
            if read and CARD in str(await redis.execute_command(read[0], key, *read[1:], NEVER_DECODE=True)).replace(
                " ", ""
            ):
                holders.append(key)
        records = [record for record in caplog.records if not record.name.startswith(CLIENTS)]
        return [
            *holders,
            *(f"log of {r.name}" for r in records if CARD in "".join(filter(str.isdigit, r.getMessage()))),
        ]

    return found


async def test_a_card_number_anywhere_in_a_contact_is_masked_before_it_is_kept(
    workspace: Workspace, everywhere: Any
) -> None:
    """No table, no Redis key and no log holds it; `masked` counts it; the rest of the contact stays."""
    masked = dict[str, int]()
    for place, sent in PLACES.items():
        made = await workspace.post(**{"text": "a formal complaint, I demand a manager"} | sent)
        masked[place] = (await workspace.contact(made["id"]))["masked"]
    assert masked == dict.fromkeys(PLACES, 1)
    assert await everywhere(workspace) == []


async def test_a_card_number_in_a_key_or_a_reason_or_a_reply_is_not_kept_either(
    workspace: Workspace, everywhere: Any
) -> None:
    """What comes after the contact is masked like the contact: replies, reasons of endings, notes of agents,
    idempotency keys.
    """
    posted = await workspace.post("how do I set up my voicemail", channel="community")
    post = posted["route"]["post"]["id"]
    replied = await workspace.api.post(
        f"/v1/posts/{post}/replies", json={"author": f"h {CARD}", "body": f"use {SPACED}"}
    )
    assert "4111 1" not in replied.text
    abandoned = await workspace.post("a formal complaint, I demand a manager")
    assert (
        await workspace.api.post(f"/v1/contacts/{abandoned['id']}/abandon", json={"reason": f"paid by {CARD}"})
    ).status_code == 200
    async with workspace.desk("ann") as ann:
        contact = await workspace.post("a formal complaint, I demand a manager")
        offer = await ann.expect("offer.created")
        await ann.do("offer.decline", offer_id=offer["offer_id"], reason=f"asked for {CARD}")
        await ann.do("presence.set", state="away", reason=f"card {CARD}")
        await ann.do("presence.set", state="available")
        again = await ann.expect("offer.created")
        taken = await ann.do("offer.accept", offer_id=again["offer_id"])
        await ann.do(
            "assignment.complete",
            assignment_id=taken["assignment_id"],
            disposition=f"paid {CARD}",
            notes=f"card {SPACED}",
        )
    await workspace.api.post(
        "/v1/contacts", json={"channel": "chat", "text": "hello"}, headers={"Idempotency-Key": f"pay-{CARD}"}
    )

    async def written() -> bool:
        return (await workspace.contact(contact["id"]))["notes"] is not None

    await eventually(written)
    assert await everywhere(workspace) == []


async def test_a_refusal_never_shows_a_wrong_value_back(workspace: Workspace, everywhere: Any) -> None:
    """A problem document, and the log, say what is wrong without quoting it: it may be a card number."""
    bad = [
        {"channel": "chat", "text": "hi", "priority": f"x{CARD}"},
        {"channel": "chat", "text": "hi", "customer": {"id": f"{CARD}@"}},
        {"channel": f"{CARD}", "text": "hi"},
    ]
    for body in bad:
        refused = await workspace.api.post("/v1/contacts", json=body)
        assert refused.status_code == 422
        assert CARD not in refused.text
    assert await everywhere(workspace) == []


def canaries(how_many: int) -> list[str]:
    """The card number as it may be written: in any grouping, script and company."""
    found: list[str] = []

    @settings(max_examples=how_many, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(written(CARD), WORDS, WORDS)
    def collect(card: str, before: str, after: str) -> None:
        found.append(f"a formal complaint {before} {card} {after}")

    collect()
    return found


async def test_a_card_number_in_any_form_reaches_neither_disk_nor_log_nor_webhook_nor_model(
    workspace: Workspace, everywhere: Any, service: tuple[str, Parts]
) -> None:
    """Posted, tried out, taken by an agent, corrected, learnt from, told to a webhook: it is nowhere, in whatever form
    it came.
    """
    # In a thread: the service here would stand still. The masking itself is tried with many more forms.
    texts = await asyncio.to_thread(canaries, 12)
    async with receiving() as receiver:
        await workspace.api.put(
            "/v1/webhooks/all", json={"url": receiver.url, "events": ["*"], "sensitive": "included"}
        )
        for said in texts:
            made = await workspace.post(said, subject=said[:400], context={"page": said})
            assert made["id"]
            assert (
                await workspace.api.post("/v1/decisions", json={"channel": "chat", "text": said})
            ).status_code == 200
        async with workspace.desk("ann") as ann:
            for _ in range(3):
                await _served(ann, texts[0])
        waiting = (await workspace.api.get("/v1/triage/corrections")).json()["items"]
        assert waiting
        for correction in waiting:
            await workspace.api.post(f"/v1/triage/corrections/{correction['id']}/accept")
        await service[1].models.ready(workspace.id)
        learnt = await workspace.api.get("/v1/triage/models")
        assert len(learnt.json()["items"]) > 1
        await eventually(lambda: _told(receiver, "mci.contact.completed", 3))
        assert not any(CARD in "".join(filter(str.isdigit, plain(one.body.decode()).text)) for one in receiver.received)
    assert await everywhere(workspace) == []


async def _served(ann: TestDesk, notes: str) -> None:
    offer = await ann.expect("offer.created")
    taken = await ann.do("offer.accept", offer_id=offer["offer_id"])
    await ann.do(
        "assignment.complete", assignment_id=taken["assignment_id"], disposition="solved", notes=notes, topic="how_to"
    )
    await ann.do("wrap_up.done", assignment_id=taken["assignment_id"])


async def _told(receiver: Receiver, kind: str, times: int) -> bool:
    return sum(one.type == kind for one in receiver.received) >= times
