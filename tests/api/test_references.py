"""What identifies things elsewhere comes back as it was sent, and what must not be kept is known again by its
fingerprint.
"""

import hashlib
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.service import Workspace

ID = "5105105105105100"
HOW_TO = "how do I set up my voicemail greeting"


async def addresses_of(workspace: Workspace, customer: str) -> set[str]:
    async with workspace.ledger() as session:
        return set(
            await session.scalars(
                text("SELECT value FROM customer_addresses WHERE customer_id = :id"), {"id": customer}
            )
        )


@pytest.mark.parametrize(
    "sent",
    [
        {"channel_ref": ID},
        {"channel_ref": "490154203237518"},
        {
            "attachments": [
                {"url": f"https://media.example.com/{ID}/photo.jpg", "name": "a photo", "content_type": "image/jpeg"}
            ]
        },
        {"context": {"order_id": ID, "ticket": int(ID), "imei": "490154203237518", "of": {ID: [ID]}}},
    ],
)
async def test_a_reference_comes_back_as_it_was_sent(shared: Workspace, sent: dict[str, Any]) -> None:
    """Although a card could have these digits: nothing says that one has."""
    contact = await shared.contact((await shared.post(HOW_TO, **sent))["id"])
    assert {name: contact[name] for name in sent} == sent
    assert contact["masked"] == 0


async def test_an_external_id_is_kept_as_it_was_sent(shared: Workspace) -> None:
    """It leads to its customer, as every address does."""
    made = await shared.post(HOW_TO, customer={"external_id": ID})
    assert await addresses_of(shared, made["customer_id"]) == {ID}


async def test_an_external_id_that_tells_a_card_is_kept_as_its_fingerprint(workspace: Workspace) -> None:
    """Not as a bare hash, which trying all cards would undo; the same id finds the same customer."""
    secret = "card 5105 1051 0510 5100"
    made = await workspace.post(HOW_TO, customer={"external_id": secret})
    assert (await workspace.post(HOW_TO, customer={"external_id": secret}))["customer_id"] == made["customer_id"]
    (kept,) = await addresses_of(workspace, made["customer_id"])
    assert kept.startswith("hmac:")
    assert hashlib.sha256(secret.encode()).hexdigest() not in kept
    assert "5105" not in kept


@pytest.mark.parametrize("external_id", [ID, "card 5105 1051 0510 5100"])
async def test_a_customer_known_by_a_former_hash_is_found(workspace: Workspace, external_id: str) -> None:
    """An older version kept card-like ids as bare hashes; such an id is from then on kept as it is now, and its bare
    hash is gone.
    """
    made = await workspace.post(HOW_TO)
    former = f"sha256:{hashlib.sha256(external_id.encode()).hexdigest()}"
    async with workspace.ledger() as session:
        row = {"workspace": workspace.id, "value": former, "customer": made["customer_id"]}
        await session.execute(
            text("INSERT INTO customer_addresses VALUES (:workspace, 'external_id', :value, :customer)"), row
        )
    for _ in range(2):
        again = await workspace.post(HOW_TO, customer={"external_id": external_id})
        assert again["customer_id"] == made["customer_id"]
    (kept,) = await addresses_of(workspace, made["customer_id"])
    assert kept == external_id or kept.startswith("hmac:")


async def test_of_an_idempotency_key_and_its_body_only_fingerprints_are_kept(workspace: Workspace) -> None:
    """A request repeated is answered as before, also one that an older version answered, which hashed keys without a
    secret.
    """
    body, sent = {"channel": "chat", "text": HOW_TO}, {"Idempotency-Key": "an order of mine"}
    first = (await workspace.api.post("/v1/contacts", json=body, headers=sent)).json()
    bare = hashlib.sha256(b"an order of mine").hexdigest()
    async with workspace.ledger() as session:
        (kept,) = (
            await session.execute(
                text("SELECT key, body_hash FROM idempotency_keys WHERE workspace_id = :id"), {"id": workspace.id}
            )
        ).all()
        assert bare not in kept
        row = {"bare": bare, "id": workspace.id}
        await session.execute(
            text("UPDATE idempotency_keys SET key = :bare, body_hash = 'as then' WHERE workspace_id = :id"), row
        )
    assert (await workspace.api.post("/v1/contacts", json=body, headers=sent)).json() == first


async def test_a_public_post_keeps_nothing_of_who_asks(workspace: Workspace) -> None:
    """Neither the name nor a part of it, nor ids, streets, addresses or numbers, be they known or only written."""
    who = {"name": "Ines Paz", "external_id": "crm-90817", "email": "ines@mail.example", "phone": "+49 151 7654321"}
    said = f"{HOW_TO}? I live in 7 Quiet Lane, id crm-90817, order number 204711, ines@mail.example, 0151 7654321. Thanks, Ines"
    made = await workspace.post(said, channel="community", customer=who)
    post = (await workspace.api.get(f"/v1/posts/{made['route']['post']['id']}")).json()
    assert post["body"].startswith(f"{HOW_TO}? I live in [removed], id [removed]")
    assert not [
        part for part in ("Ines", "ines", "90817", "Quiet", "204711", "7654321") if part in post["body"] + post["title"]
    ]
