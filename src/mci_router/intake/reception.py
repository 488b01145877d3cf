"""Reception: what an adapter sent becomes an arrival: secrets masked, references checked, topic found."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mci_router.clock import utc_now
from mci_router.configuration.snapshot import Snapshot
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import UnknownSkill, UnknownTopic
from mci_router.ids import new_id
from mci_router.intake.arrival import Arrival, CustomerClaim
from mci_router.intake.customers import KINDS
from mci_router.intake.redaction import mask, mask_all
from mci_router.specs import SkillRequirement
from mci_router.triage.classifier import Guess
from mci_router.triage.volume import VolumeMeter
from mci_router.vocabulary import Channel

# A channel's reference and attachments' addresses identify things elsewhere, so they are kept as they came, but for card numbers.
MASKED_FIELDS = ("subject", "text", "context", "channel_ref", "attachments", "customer")


class Reception:
    """Prepares arrivals."""

    def __init__(self, snapshots: Snapshots, meter: VolumeMeter) -> None:
        self._snapshots = snapshots
        self._meter = meter

    async def receive(self, workspace: str, sent: Mapping[str, Any], idempotency_key: str | None) -> Arrival:
        """The arrival of a contact as the API validated it.

        Raises:
            UnknownTopic, UnknownSkill: the contact names what is not there.
        """
        snapshot = await self._snapshots.get(workspace)
        _check_references(snapshot, sent)
        masked, count = mask_all({name: sent[name] for name in MASKED_FIELDS})
        guess = await _guess(snapshot, sent["topic"], masked["subject"], masked["text"])
        return Arrival(
            snapshot=snapshot,
            id=new_id("contact"),
            received_at=utc_now(),
            channel=Channel(sent["channel"]),
            customer=_claim(masked["customer"], _addresses(sent["customer"])),
            subject=masked["subject"],
            text=masked["text"],
            language=sent["language"],
            priority=sent["priority"],
            skills=tuple(SkillRequirement.model_validate(need) for need in sent["skills"]),
            context=masked["context"],
            channel_ref=masked["channel_ref"],
            attachments=masked["attachments"],
            masked=count,
            guess=guess,
            named=sent["topic"] is not None,
            volumes=self._meter.classes(workspace),
            idempotency_key=_hash(idempotency_key) if idempotency_key else None,  # whatever an adapter puts into it
            body_hash=_hash(json.dumps(sent, sort_keys=True)),
        )


def _check_references(snapshot: Snapshot, sent: Mapping[str, Any]) -> None:
    topic = sent["topic"]
    if topic is not None and topic not in snapshot.topics:
        raise UnknownTopic(f"There is no topic {topic!r} in this workspace.", errors=[{"where": "body.topic", "problem": "unknown"}])
    for place, need in enumerate(sent["skills"]):
        if need["skill"] not in snapshot.skills:
            raise UnknownSkill(
                f"There is no skill {need['skill']!r} in this workspace.",
                errors=[{"where": f"body.skills.{place}.skill", "problem": "unknown"}],
            )


async def _guess(snapshot: Snapshot, topic: str | None, subject: str | None, text: str) -> Guess:
    if topic is not None:
        return Guess(topic, 1.0)
    said = f"{subject}\n{text}" if subject else text
    (guess,) = await asyncio.to_thread(snapshot.classifier.classify, [said])
    return guess


def _addresses(customer: Mapping[str, Any]) -> dict[str, str]:
    """Addresses tell customers apart, so one that looks like a card number is kept as its hash, not as a common mask.

    A phone number has 15 digits at most and is a phone number whatever its digits.
    """
    addresses = {kind: customer[kind] for kind in KINDS if customer[kind]}
    return {kind: value if kind == "phone" or not mask(value).count else f"sha256:{_hash(value)}" for kind, value in addresses.items()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _claim(customer: Mapping[str, Any], addresses: Mapping[str, str]) -> CustomerClaim:
    return CustomerClaim(
        id=customer["id"],
        name=customer["name"],
        addresses=addresses,
        attributes=customer["attributes"],
    )
