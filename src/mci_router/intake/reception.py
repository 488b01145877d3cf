"""Reception: what an adapter sent becomes an arrival: secrets masked, references checked, the text read."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mci_router.clock import utc_now
from mci_router.configuration.snapshot import Snapshot
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import UnknownSkill, UnknownTopic
from mci_router.ids import new_id
from mci_router.incidents.held import OpenIncidents
from mci_router.intake.arrival import Arrival, CustomerClaim
from mci_router.intake.customers import KINDS
from mci_router.intake.readers import Readers
from mci_router.intake.redaction import MaskingPolicy, mask, mask_counted
from mci_router.specs import SkillRequirement
from mci_router.triage.batches import MicroBatches
from mci_router.triage.decision import Measured
from mci_router.triage.perception import Perception
from mci_router.triage.reading import Words, hear, pieces, public_words
from mci_router.triage.volume import VolumeMeter
from mci_router.vocabulary import Channel, Visibility

LONG_TEXT = 4_000  # characters
SAID = ("subject", "text", "context")
REFERENCES = ("channel_ref", "attachments")
"""What identifies things elsewhere is kept as it came, but for what is always a secret: an SMS is answered to its number."""


@dataclass(frozen=True, slots=True)
class Later:
    """A text that came after its contact, masked and read. `seen` has a perception for each piece of it."""

    text: str
    words: Words
    seen: Sequence[Perception]
    measured: Measured
    named: str | None = None
    author: str = ""


class Reception:
    """Prepares arrivals, and what comes after them."""

    def __init__(self, snapshots: Snapshots, meter: VolumeMeter, readers: Readers, incidents: OpenIncidents) -> None:
        self._snapshots = snapshots
        self._meter = meter
        self._readers = readers
        self._incidents = incidents
        self._batches = MicroBatches()

    async def receive(self, workspace: str, sent: Mapping[str, Any], idempotency_key: str | None) -> Arrival:
        """The arrival of a contact as the API validated it.

        Raises:
            UnknownTopic, UnknownSkill: the contact names what is not there.
        """
        snapshot = await self._snapshots.get(workspace)
        _check_references(snapshot, sent)
        channel, named, policy = Channel(sent["channel"]), sent["topic"], MaskingPolicy(**snapshot.spec.masking.model_dump())
        masked, kinds, said = await asyncio.to_thread(_hear, sent, channel, policy) if _long(sent) else _hear(sent, channel, policy)
        seen = await self._read(snapshot, said, named)
        return Arrival(
            snapshot=snapshot,
            id=new_id("contact"),
            received_at=utc_now(),
            channel=channel,
            customer=_claim(masked["customer"], _addresses(sent["customer"])),
            subject=masked["subject"],
            text=masked["text"],
            language=sent["language"] or seen.language,
            priority=sent["priority"],
            skills=tuple(SkillRequirement.model_validate(need) for need in sent["skills"]),
            context=masked["context"],
            channel_ref=masked["channel_ref"],
            attachments=masked["attachments"],
            masked=kinds,
            words=said,
            seen=seen,
            named=named,
            measured=self._measured(workspace),
            incidents=self._incidents.held(workspace),
            visibility=Visibility(sent["visibility"]),
            can_ask=sent["can_ask"],
            idempotency_key=_hash(idempotency_key) if idempotency_key else None,  # whatever an adapter puts into it
            body_hash=_hash(json.dumps(sent, sort_keys=True)),
        )

    async def listen(self, snapshot: Snapshot, text: str, channel: Channel, named: str | None = None) -> Later:
        """What a customer says later, read as a contact is."""
        said = mask(text, MaskingPolicy(**snapshot.spec.masking.model_dump())).text
        words = hear(None, said, channel)
        return Later(said, words, [await self._read(snapshot, words, named)], self._measured(snapshot.workspace_id), named)

    async def overhear(self, snapshot: Snapshot, text: str, author: str) -> Later:
        """What somebody writes to a post, about what the post is about. All of it is judged, however long it is, and the author's name."""
        words = Words(public_words(text), f"{author}\n{text}")
        said = [words, *map(Words.of, pieces(f"{author}\n{words.topic}"))]
        reader = await self._readers.reader(snapshot, wait=False)
        seen = await asyncio.to_thread(reader.read, said, named=True)
        return Later(text, words, seen, self._measured(snapshot.workspace_id), author=author)

    def close(self) -> None:
        self._batches.close()

    def _measured(self, workspace: str) -> Measured:
        return Measured(self._meter.rates(workspace), self._meter.classes(workspace))

    async def _read(self, snapshot: Snapshot, text: Words, named: str | None) -> Perception:
        reader = await self._readers.reader(snapshot, wait=named is None)
        if named:  # rules and language take microseconds: less than a thread
            return reader.read([text], named=True)[0]
        return await self._batches.read(reader, text)


def _long(sent: Mapping[str, Any]) -> bool:
    """Whether to read it would hold up others: a hostile text of full length takes a tenth of a second."""
    return len(sent["text"]) > LONG_TEXT


def _hear(sent: Mapping[str, Any], channel: Channel, policy: MaskingPolicy) -> tuple[dict[str, Any], Counter[str], Words]:
    """What was sent, masked; how many secrets of each kind there were; and what triage reads."""
    masked, kinds = _mask(sent, policy)
    return masked, kinds, hear(masked["subject"], masked["text"], channel)


def _mask(sent: Mapping[str, Any], policy: MaskingPolicy) -> tuple[dict[str, Any], Counter[str]]:
    """What was sent, without its secrets, and how many of each kind there were. The customer's own addresses are kept by any policy."""
    facts = {name: value for name, value in sent["customer"].items() if name not in KINDS}
    said, kinds = mask_counted({**{name: sent[name] for name in SAID}, "customer": facts}, policy)
    addresses = {kind: value for kind, value in _addresses_sent(sent["customer"]).items() if kind != "phone"}
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


def _addresses(customer: Mapping[str, Any]) -> dict[str, str]:
    """Addresses tell customers apart, so one that looks like a secret is kept as its hash, not as a common mask.

    A phone number has 15 digits at most and is a phone number whatever its digits.
    """
    addresses = _addresses_sent(customer)
    return {kind: value if kind == "phone" or not mask(value).count else f"sha256:{_hash(value)}" for kind, value in addresses.items()}


def _addresses_sent(customer: Mapping[str, Any]) -> dict[str, str]:
    return {kind: customer[kind] for kind in KINDS if customer[kind]}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _claim(customer: Mapping[str, Any], addresses: Mapping[str, str]) -> CustomerClaim:
    return CustomerClaim(
        id=customer["id"],
        name=customer["name"],
        addresses=addresses,
        attributes=customer["attributes"],
    )
