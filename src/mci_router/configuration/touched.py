"""How many waiting contacts a change of the configuration touches, and what happens to them, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.skills import NOT_SERVED
from mci_router.configuration.store import Change
from mci_router.models.contact import Contact
from mci_router.models.offer import Offer
from mci_router.values import value
from mci_router.vocabulary import ContactState, OfferState, Outcome

OF_PLACES = ("tier", "skills", "units", "relaxation", "overflow", "hours", "service_level")
"""Parts of a queue that decide the places of its contacts."""

WAITING = (ContactState.ACCEPTED, ContactState.QUEUED, ContactState.OFFERED)
SOON = "within seconds, and keep their age"
REPLANNED = f"they are placed again {SOON}"


ASKED = text(
    """
    SELECT need->>'skill', count(*) FROM contacts c, jsonb_array_elements(c.skills) AS need
    WHERE c.workspace_id = :workspace AND c.ended_at IS NULL AND c.state = ANY(:states)
      AND jsonb_array_length(c.skills) > 0 GROUP BY 1
    """
)


@value
class WaitingGroup:
    """A number of contacts that wait for an agent, alike in what a change may concern."""

    queue: str | None
    topic: str | None
    language: str | None
    contacts: int


@value
class Waiting:
    """The contacts of a workspace that wait for an agent, how many offers each agent has not answered yet, and how many
    open contacts ask for each skill themselves.
    """

    groups: Sequence[WaitingGroup]
    offers: Mapping[str, int]
    asking: Mapping[str, int]

    @classmethod
    async def read(cls, session: AsyncSession, workspace: str) -> "Waiting":
        """Returns them as the ledger has them now."""
        alike = Contact.queue, Contact.topic, Contact.language
        waits = Contact.state.in_(WAITING), Contact.outcome == Outcome.AGENT
        of_ours = select(*alike, func.count()).where(Contact.workspace_id == workspace, Contact.ended_at.is_(None))
        groups = await session.execute(of_ours.where(*waits).group_by(*alike))
        pending = Offer.workspace_id == workspace, Offer.state == OfferState.PENDING
        offers = await session.execute(select(Offer.agent, func.count()).where(*pending).group_by(Offer.agent))
        asked = await session.execute(ASKED, {"workspace": workspace, "states": NOT_SERVED})
        return cls([WaitingGroup(*group) for group in groups], _by_name(offers), _by_name(asked))

    def count(self, **alike: Iterable[Any]) -> int:
        """Returns how many wait in one of these queues, or with one of these topics or languages."""
        return sum(
            group.contacts
            for group in self.groups
            if any(getattr(group, name) in values for name, values in alike.items())
        )


def touched(change: Change, waiting: Waiting, queues: Mapping[str, Mapping[str, Any]]) -> str:
    """Returns whom a change touches and what happens to them; '' if nobody. `queues` are as they are now."""
    of_kind = {
        "queue": _by_queue,
        "topic": _by_topic,
        "agent": _by_agent,
        "workspace": _by_workspace,
        "skill": _by_skill,
    }.get(change.kind)
    if of_kind is None or change.before is None or change.after is None:
        return ""
    return of_kind(change, change.before, change.after, waiting, queues)


Facts = Mapping[str, Any]


def _by_queue(change: Change, before: Facts, after: Facts, waiting: Waiting, queues: Mapping[str, Facts]) -> str:
    widened = {
        name
        for name, queue in queues.items()
        if any(step.get("widen") == change.name for step in (*queue["relaxation"], *queue["overflow"]))
    }
    asks = any(before.get(part) != after.get(part) for part in ("tier", "skills"))
    own = {change.name} if any(before.get(part) != after.get(part) for part in OF_PLACES) else set()
    return _placed_again(waiting.count(queue=own | (widened if asks else set())))


def _by_topic(change: Change, before: Facts, after: Facts, waiting: Waiting, queues: Mapping[str, Facts]) -> str:
    number = waiting.count(topic={change.name})
    if number and before.get("queue") != after.get("queue"):
        again = f"{REPLANNED}" if before.get("skills") != after.get("skills") else "as they are"
        return f"{_contacts(number)} in the queues where they are, {again}: only who comes now goes to the new queue"
    return _placed_again(number if before.get("skills") != after.get("skills") else 0)


def _by_agent(change: Change, before: Facts, after: Facts, waiting: Waiting, queues: Mapping[str, Facts]) -> str:
    able = ("skills", "tier", "capacity")
    number = waiting.offers.get(change.name, 0) if any(before.get(part) != after.get(part) for part in able) else 0
    return f"{number} pending offers: those that it may not have any more go to others" if number else ""


def _by_workspace(change: Change, before: Facts, after: Facts, waiting: Waiting, queues: Mapping[str, Facts]) -> str:
    languages = _differing(before.get("language_skills", {}), after.get("language_skills", {}))
    calendars = _differing(before.get("holiday_calendars", {}), after.get("holiday_calendars", {}))
    closed = {
        name for name, queue in queues.items() if calendars & set((queue.get("hours") or {}).get("calendars", ()))
    }
    return _placed_again(waiting.count(language=languages, queue=closed))


def _by_skill(change: Change, before: Facts, after: Facts, waiting: Waiting, queues: Mapping[str, Facts]) -> str:
    number, instead = waiting.asking.get(change.name, 0), after.get("replaced_by")
    return f"{_contacts(number)}: they ask for {instead} instead {SOON}" if number and instead else ""


def _by_name(counted: Iterable[Row[str, int]]) -> dict[str, int]:
    return {row[0]: row[1] for row in counted}


def _differing(before: Facts, after: Facts) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def _placed_again(number: int) -> str:
    return f"{_contacts(number)}: {REPLANNED}" if number else ""


def _contacts(number: int) -> str:
    return "1 contact waits" if number == 1 else f"{number} contacts wait"
