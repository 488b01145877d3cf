"""Reception: what an adapter sent becomes an arrival: secrets masked, references checked, the text read."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mci_router.clock import utc_now
from mci_router.configuration.snapshot import Snapshot
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import UnknownSkill, UnknownTopic
from mci_router.ids import new_id
from mci_router.incidents.held import OpenIncidents
from mci_router.intake.addresses import Reading, Told, read_address
from mci_router.intake.arrival import Arrival, CustomerClaim
from mci_router.intake.numbers import is_number
from mci_router.intake.readers import Readers
from mci_router.intake.redaction import MaskingPolicy, mask, mask_counted
from mci_router.specs import SkillRequirement, WorkspaceSpec
from mci_router.triage.batches import MicroBatches
from mci_router.triage.decision import Measured
from mci_router.triage.perception import Perception
from mci_router.triage.reading import read
from mci_router.triage.volume import VolumeMeter
from mci_router.vocabulary import AddressKind, AddressStatus, Channel, PlusAddresses, Trust

LONG_TEXT = 4_000  # characters
KINDS = frozenset(AddressKind)
SAID = ("subject", "text", "context")
REFERENCES = ("channel_ref", "attachments")
"""What identifies things elsewhere is kept as it came, but for what is always a secret: an SMS is answered to its number."""


class Reception:
    """Prepares arrivals."""

    def __init__(self, snapshots: Snapshots, meter: VolumeMeter, readers: Readers, incidents: OpenIncidents) -> None:
        self._snapshots = snapshots
        self._meter = meter
        self._readers = readers
        self._incidents = incidents
        self._batches = MicroBatches()

    async def receive(
        self, workspace: str, sent: Mapping[str, Any], idempotency_key: str | None, key_trust: Trust = Trust.CLAIMED
    ) -> Arrival:
        """The arrival of a contact as the API validated it. `key_trust`: the most that its sender may assert.

        Raises:
            UnknownTopic, UnknownSkill: the contact names what is not there.
        """
        snapshot = await self._snapshots.get(workspace)
        _check_references(snapshot, sent)
        body_hash = _hash(json.dumps(sent, sort_keys=True))
        channel, named, policy = Channel(sent["channel"]), sent["topic"], MaskingPolicy(**snapshot.spec.masking.model_dump())
        told = tuple(_told(sent["customer"], snapshot.spec, key_trust))
        masked, kinds, said = await asyncio.to_thread(_hear, sent, channel, policy) if _long(sent) else _hear(sent, channel, policy)
        seen = await self._read(snapshot, said, named)
        return Arrival(
            snapshot=snapshot,
            id=new_id("contact"),
            received_at=utc_now(),
            channel=channel,
            provider=sent["provider"],
            customer=_claim(masked["customer"], told, key_trust),
            subject=masked["subject"],
            text=masked["text"],
            language=sent["language"] or seen.language,
            priority=sent["priority"],
            skills=tuple(SkillRequirement.model_validate(need) for need in sent["skills"]),
            context=masked["context"],
            channel_ref=masked["channel_ref"],
            attachments=masked["attachments"],
            masked=kinds,
            seen=seen,
            named=named,
            measured=Measured(self._meter.rates(workspace), self._meter.classes(workspace)),
            incidents=self._incidents.held(workspace),
            idempotency_key=_hash(idempotency_key) if idempotency_key else None,  # whatever an adapter puts into it
            body_hash=body_hash,
        )

    def close(self) -> None:
        self._batches.close()

    async def _read(self, snapshot: Snapshot, text: str, named: str | None) -> Perception:
        reader = await self._readers.reader(snapshot, wait=named is None)
        if named:  # rules and language take microseconds: less than a thread
            return reader.read([text], named=True)[0]
        return await self._batches.read(reader, text)


def _long(sent: Mapping[str, Any]) -> bool:
    """Whether to read it would hold up others: a hostile text of full length takes a tenth of a second."""
    return len(sent["text"]) > LONG_TEXT


def _hear(sent: Mapping[str, Any], channel: Channel, policy: MaskingPolicy) -> tuple[dict[str, Any], Counter[str], str]:
    """What was sent, masked; how many secrets of each kind there were; and what triage reads."""
    masked, kinds = _mask(sent, policy)
    return masked, kinds, read(masked["subject"], masked["text"], channel)


def _mask(sent: Mapping[str, Any], policy: MaskingPolicy) -> tuple[dict[str, Any], Counter[str]]:
    """What was sent, without its secrets, and how many of each kind there were. The customer's own addresses are kept by any policy."""
    facts = {name: value for name, value in sent["customer"].items() if name not in KINDS}
    said, kinds = mask_counted({**{name: sent[name] for name in SAID}, "customer": facts}, policy)
    addresses = {kind: value for kind, value in sent["customer"].items() if kind in KINDS - {"phone"} and value}
    kept, more = mask_counted({name: sent[name] for name in REFERENCES} | {"addresses": addresses})
    return said | kept, kinds + more


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


def _told(customer: Mapping[str, Any], spec: WorkspaceSpec, key_trust: Trust) -> Iterator[Told]:
    """The addresses as they are understood. An external id is the adapter's own; what is unclear is no more than a claim."""
    same_plus = spec.plus_addresses is PlusAddresses.SAME
    for kind in AddressKind:
        if customer[kind] is not None:
            reading = read_address(kind, customer[kind], country=spec.country, same_plus=same_plus)
            trust = key_trust if kind is AddressKind.EXTERNAL_ID else Trust(customer["trust"])
            yield Told(kind, trust if reading.status is AddressStatus.KEPT else Trust.CLAIMED, without_secret(kind, reading))


def without_secret(kind: AddressKind, reading: Reading) -> Reading:
    """Addresses tell customers apart, so one that looks like a secret is kept as its hash, not as a common mask.

    A phone number has 15 digits at most and is a phone number whatever its digits.
    """
    value = reading.value
    if value is None or (kind is AddressKind.PHONE and is_number(value)) or not mask(value).count:
        return reading
    return replace(reading, value=f"sha256:{_hash(value)}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _claim(customer: Mapping[str, Any], told: Sequence[Told], key_trust: Trust) -> CustomerClaim:
    return CustomerClaim(customer["id"], customer["name"], told, customer["attributes"], key_trust)
