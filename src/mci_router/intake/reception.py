"""Reception: makes an arrival of what an adapter sent: masks secrets, checks references, reads the text."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mci_router.classifier.guess import Guess
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import UnknownSkill, UnknownTopic
from mci_router.ids import new_id
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.addresses import GivenAddress
from mci_router.intake.arrival import Arrival, CustomerClaim
from mci_router.intake.fingerprints import Fingerprints, former
from mci_router.intake.hearing import KINDS, hear_sent, warm_up
from mci_router.intake.identity import claimed_by
from mci_router.intake.later import Later
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.intake.readers import Readers
from mci_router.knowledge.article_vectors import ArticleVectors
from mci_router.specs.base import SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.batches import LONG_TEXT, MicroBatches
from mci_router.triage.perception import Perception
from mci_router.triage.reading import Words, hear, pieces, public_words
from mci_router.triage.result import Measured
from mci_router.vocabulary import AddressKind, AddressStatus, Channel, Trust, Visibility
from mci_router.volume.meter import VolumeMeter

LONGEST_WISH = 500  # characters of a message that may be nothing but a wish for a person
MAYBE_FORMERLY_HASHED = 9  # digits: no card, account or identity number has fewer


class Reception:
    """Prepares arrivals, and texts that come later. `failing` says which workflows of a workspace are left alone."""

    def __init__(
        self,
        snapshots: Snapshots,
        meter: VolumeMeter,
        readers: Readers,
        incidents: OpenIncidents,
        fingerprints: Fingerprints,
        articles: ArticleVectors,
    ) -> None:
        self._snapshots = snapshots
        self._meter = meter
        self._readers = readers
        self._incidents = incidents
        self._fingerprints = fingerprints
        self._articles = articles
        self._batches = MicroBatches(prepare=warm_up)
        self.failing: Callable[[str], frozenset[str]] = lambda _: frozenset()

    async def receive(
        self, workspace: str, sent: Mapping[str, Any], idempotency_key: str | None, key_trust: Trust = Trust.CLAIMED
    ) -> Arrival:
        """Returns the arrival of a contact that the API has validated.

        `key_trust`: the most that its sender may assert.

        Raises:
            UnknownTopic, UnknownSkill: the contact names one that does not exist.
        """
        snapshot = await self._snapshots.get(workspace)
        _check_references(snapshot, sent)
        channel, named, policy = (
            Channel(sent["channel"]),
            sent["topic"],
            MaskingPolicy(**snapshot.spec.masking.model_dump()),
        )
        given = tuple(_given(AddressReader(snapshot, self._fingerprints), sent["customer"], key_trust))
        hearing = partial(hear_sent, sent, channel, policy)
        heard = await self._batches.alone(workspace, hearing) if _long(sent) else hearing()
        masked, kinds, said, recognised = heard
        seen = await self._read(snapshot, said, named)
        return Arrival(
            snapshot=snapshot,
            id=new_id("contact"),
            received_at=utc_now(),
            channel=channel,
            provider=sent["provider"],
            customer=self._claim(workspace, masked, sent, given, key_trust),
            subject=masked["subject"],
            text=masked["text"],
            language=sent["language"] or seen.language,
            priority=sent["priority"],
            skills=tuple(SkillRequirement.model_validate(need) for need in sent["skills"]),
            context=masked["context"],
            channel_ref=masked["channel_ref"],
            call=masked["call"],
            attachments=masked["attachments"],
            files=tuple(one["id"] for one in sent["attachments"] if "id" in one),
            masked=kinds,
            words=said,
            seen=seen,
            named=named,
            recognised=recognised,
            measured=self._measured(workspace),
            incidents=self._incidents.of(workspace),
            failing=self.failing(workspace),
            visibility=Visibility(sent["visibility"]),
            can_ask=sent["can_ask"],
            nearness=self._nearness(snapshot, seen.opinion.guess),
            **self._idempotency(workspace, sent, idempotency_key),
        )

    async def listen(
        self,
        snapshot: Snapshot,
        text: str,
        channel: Channel,
        named: str | None = None,
        language: str | None = None,
        latest: str = "",
    ) -> Later:
        """Reads what a customer says later, as a contact is read; its language counts where its topic is named.

        A wish for a person is found in the `latest` of it by itself, too: it may be all that is said. That was masked
        when it was written.
        """
        said = text if text == latest else mask(text, MaskingPolicy(**snapshot.spec.masking.model_dump())).text
        words = hear(None, said, channel, language if named else None)
        seen = await self._read(snapshot, words, named)
        if 0 < len(latest) <= LONGEST_WISH and latest != text:
            reader = await self._readers.reader(snapshot, wait=False)
            wishes = partial(reader.wishes, latest, but=seen.rules)
            wished = wishes() if reader.light else await self._batches.alone(snapshot.workspace_id, wishes, reader)
            seen = replace(seen, rules=(*seen.rules, *wished))
        return Later(said, words, [seen], self._measured(snapshot.workspace_id), named)

    async def overhear(self, snapshot: Snapshot, text: str, author: str) -> Later:
        """Reads a reply to a post, whose topic is the post's.

        All of it is judged, however long it is, and the author's name.
        """
        words = Words(public_words(text), f"{author}\n{text}")
        said = [words, *map(Words.of, pieces(f"{author}\n{words.topic}"))]
        reader = await self._readers.reader(snapshot, wait=False)
        seen = await self._batches.alone(snapshot.workspace_id, partial(reader.read, said, named=True), reader)
        return Later(text, words, seen, self._measured(snapshot.workspace_id), author=author)

    async def close(self) -> None:
        self._batches.close()

    def _measured(self, workspace: str) -> Measured:
        return Measured(self._meter.rates(workspace), self._meter.classes(workspace), self._meter.contacts(workspace))

    def _idempotency(self, workspace: str, sent: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        """Returns the fingerprints of the request's key and body: nothing else is kept of them, for an adapter may put
        anything into them.
        """
        if not key:
            return {}
        return {
            "idempotency_key": self._fingerprints.of(f"{workspace} key", key),
            "body_hash": self._fingerprints.of(f"{workspace} body", json.dumps(_without_news(sent), sort_keys=True)),
            "former_key": former(key),
        }

    def _claim(
        self,
        workspace: str,
        masked: Mapping[str, Any],
        sent: Mapping[str, Any],
        given: Sequence[GivenAddress],
        key_trust: Trust,
    ) -> CustomerClaim:
        customer, former_addresses = masked["customer"], _former_addresses(sent["customer"])
        proven = any(one.proven for one in given)  # then nobody is found by what is merely claimed
        said = None if proven else claimed_by(given, Channel(sent["channel"]), sent["provider"], masked["channel_ref"])
        key = self._fingerprints.of(f"{workspace} claim", said) if said else None
        return CustomerClaim(
            customer["id"], customer["name"], given, customer["attributes"], key_trust, former_addresses, key
        )

    def _nearness(self, snapshot: Snapshot, guess: Guess) -> Mapping[str, float]:
        """Returns how near the articles of the likeliest topic are, where the model has made a vector of the text."""
        if guess.vector is None or guess.topic is None:
            return {}
        return self._articles.nearness(snapshot.answers.get(guess.topic, ()), guess.vector)

    async def _read(self, snapshot: Snapshot, text: Words, named: str | None) -> Perception:
        reader = await self._readers.reader(snapshot, wait=named is None)
        return await self._batches.read(reader, text, named=named is not None)


def _without_news(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a body as the version before had it, where it has nothing that came since: its hash stays the same."""
    return {name: value for name, value in sent.items() if name != "call" or value}


def _long(sent: Mapping[str, Any]) -> bool:
    """Returns whether reading it would make others wait: a hostile text of full length takes a tenth of a second."""
    facts = (sent["context"], sent["customer"]["attributes"], sent["attachments"], sent["headers"])
    return len(sent["text"]) + sum(len(str(fact)) for fact in facts if fact) > LONG_TEXT


def _check_references(snapshot: Snapshot, sent: Mapping[str, Any]) -> None:
    topic = sent["topic"]
    if topic is not None and topic not in snapshot.topics:
        raise UnknownTopic(
            f"There is no topic {topic!r} in this workspace.", errors=[{"where": "body.topic", "problem": "unknown"}]
        )
    for number, need in enumerate(sent["skills"]):
        if need["skill"] not in snapshot.skills:
            raise UnknownSkill(
                f"There is no skill {need['skill']!r} in this workspace.",
                errors=[{"where": f"body.skills.{number}.skill", "problem": "unknown"}],
            )


def _given(reader: AddressReader, customer: Mapping[str, Any], key_trust: Trust) -> Iterator[GivenAddress]:
    """Yields the addresses as they were read.

    An external id is the adapter's own; an unclear address is a mere claim.
    """
    for kind in AddressKind:
        if customer[kind] is not None:
            reading = reader.read(kind, customer[kind])
            trust = key_trust if kind is AddressKind.EXTERNAL_ID else Trust(customer["trust"])
            yield GivenAddress(kind, trust if reading.status is AddressStatus.KEPT else Trust.CLAIMED, reading)


def _former_addresses(customer: Mapping[str, Any]) -> dict[str, str]:
    """Returns addresses with a secret in the form of earlier versions, so that their customers are still found."""
    return {
        kind: f"sha256:{former(customer[kind])}"
        for kind in KINDS - {AddressKind.PHONE}
        if customer[kind] and sum(map(str.isdecimal, customer[kind])) >= MAYBE_FORMERLY_HASHED
    }
