"""Lookups of a desk: the workspace's words, who waits, and where a contact can be passed on to."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Parts
from mci_router.lifecycle.seen.screen_pop import waiting
from mci_router.routing.live_contact import LiveContact
from mci_router.specs.dispositions import in_order
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec, TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel, ContactState, Presence, TopicValue

MOST_LISTED = 50  # contacts, queues or agents: what a person can choose from
MOST_TOPICS = 200  # the desk lists them all for completion
MOST_WORDS = 1_000  # titles of queues, topics and agents
PRESENCES_AT_ONCE, MOST_PRESENCES = 200, 1_000  # of agents who match a search, most of whom may be offline

Named = TypeVar("Named", AgentSpec, QueueSpec, TopicSpec)


class Lookups:
    """Answers what one agent's desk asks for. Every method may raise EngineUnavailable or DatabaseUnavailable."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent

    async def workspace(self) -> dict[str, Any]:
        """Returns the titles that people read instead of names, the dispositions, and what a desk needs of queues."""
        snapshot = await self._parts.snapshots.get(self._workspace)
        agent = snapshot.agents.get(self._agent)
        return {
            "title": snapshot.spec.title,
            "agent": {
                "name": self._agent,
                "title": agent.title if agent else self._agent,
                "may_read_along": bool(agent and agent.may_read_along),
                "may_inform": bool(agent and agent.may_inform),
            },
            "dispositions": [
                {
                    "name": one.name,
                    "title": one.title,
                    "titles": dict(one.titles),
                    "notes_needed": one.notes_needed,
                    "resolved": one.resolved,
                }
                for one in in_order(snapshot.dispositions)
            ],
            "own_dispositions": bool(snapshot.own_dispositions),
            "queues": {queue.name: title_of(queue) for queue in _some(snapshot.queues)},
            "topics": {topic.name: topic.title for topic in _some(snapshot.topics)},
            "retention_topics": [one.name for one in _some(snapshot.topics) if one.value is TopicValue.RETENTION],
            "currency": snapshot.spec.currency,
            "agents": {one.name: one.title for one in _some(snapshot.agents)},
            "crm": snapshot.spec.crm_url is not None,
        }

    async def line(self, queue: str | None) -> dict[str, Any]:
        """Returns the oldest waiting contacts that this agent is able to serve, and whether there is room for each."""
        contacts = await self._parts.engine.waiting_for(self._workspace, self._agent, MOST_LISTED)
        lives = await self._parts.engine.contacts(self._workspace, contacts)
        # In a warm transfer an agent still serves the contact: it is offered, but cannot be pulled.
        found = [
            (contact, live)
            for contact, live in zip(contacts, lives, strict=True)
            if live and live.state is ContactState.QUEUED and queue in (None, live.queue)
        ]
        snapshot = await self._parts.snapshots.get(self._workspace)
        record = await self._parts.engine.agent(self._workspace, self._agent)
        fits = {contact for contact, live in found if has_room(snapshot, self._agent, record, live)}
        async with self._parts.database.transaction() as session:
            return {"waiting": await waiting(session, self._workspace, found, fits)}

    async def directory(self, search: str) -> dict[str, Any]:
        """Returns queues, other agents who are not offline with their presence, the rows of the escalation matrix, and
        topics.
        """
        snapshot = await self._parts.snapshots.get(self._workspace)
        return {
            "queues": [
                {"name": queue.name, "title": title_of(queue), "description": queue.description}
                for queue in _named(search, snapshot.queues.values())
            ],
            "agents": await self._there(search, snapshot),
            "severities": [
                {"name": row.name, "queue": row.queue, "description": row.description}
                for row in sorted(snapshot.escalations.values(), key=lambda row: row.name)
            ],
            "topics": [
                {"name": topic.name, "title": topic.title}
                for topic in _named(
                    search, sorted(snapshot.topics.values(), key=lambda topic: topic.title), MOST_TOPICS
                )
            ],
        }

    async def _there(self, search: str, snapshot: Snapshot) -> list[dict[str, Any]]:
        others = [agent for agent in snapshot.agents.values() if agent.name != self._agent]
        there: list[dict[str, Any]] = []
        matching = _named(search, others, MOST_PRESENCES)
        for start in range(0, len(matching), PRESENCES_AT_ONCE):
            some = matching[start : start + PRESENCES_AT_ONCE]
            presences = await self._parts.engine.presences(self._workspace, [agent.name for agent in some])
            there += [
                {"name": agent.name, "title": agent.title, "presence": presence}
                for agent, presence in zip(some, presences, strict=True)
                if presence != Presence.OFFLINE
            ]
            if len(there) >= MOST_LISTED:
                break
        return there[:MOST_LISTED]


def title_of(queue: QueueSpec) -> str:
    """Returns what people read of a queue: its title, or its name as words."""
    return queue.title or queue.name.replace("_", " ").capitalize()


def has_room(snapshot: Snapshot, name: str, record: Mapping[str, str], contact: LiveContact) -> bool:
    """Returns whether an agent, who is as the live state's record says, could take a waiting contact now.

    The live state decides again when the agent does.
    """
    agent, queue = snapshot.agents.get(name), snapshot.queues.get(contact.queue or "")
    if (
        agent is None
        or contact.line is None
        or record.get("wants", Presence.OFFLINE) == Presence.OFFLINE
        or record.get("suspended")
    ):
        return False
    _, channel, units, *_ = contact.line.split("|")
    pausable = 0 if queue and queue.deferrable else int(record.get("pausable") or 0)
    limits = [
        (int(record.get("used") or 0) - pausable + int(units), agent.capacity.units),
        (int(record.get(f"used:{channel}") or 0) + 1, agent.capacity.of_channels.get(Channel(channel), 0)),
        *(
            (int(record.get(f"of:{contact.queue}") or 0) + 1, most)
            for most in (agent.capacity.queues.get(contact.queue or ""), queue.most_per_agent if queue else None)
            if most is not None
        ),
    ]
    return all(used <= most for used, most in limits)


def _named(search: str, specs: Iterable[Named], most: int = MOST_LISTED) -> list[Named]:
    wanted = search.lower()
    return [spec for spec in specs if wanted in f"{spec.name} {getattr(spec, 'title', None) or ''}".lower()][:most]


def _some(specs: Mapping[str, Named]) -> list[Named]:
    return list(specs.values())[:MOST_WORDS]
