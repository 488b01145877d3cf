"""Days made by hand for the scorecard: stays as the journal tells of them, and facts of surveys and of results."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from mci_router.vocabulary import Cell, ContactState, Outcome
from tests.insight.stays import stay, write
from tests.support import past_contacts
from tests.support.documents import small
from tests.support.past_contacts import Past
from tests.support.service import Workspace

COMPLAINT = "a formal complaint, I demand a manager"
NOON = datetime(2026, 10, 25, 11, tzinfo=UTC)
PERIOD = "2026-10-25"
DAY = {"since": "2026-10-25T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00", "interval": "P1D"}


async def of_berlin(make: Any, **targets: Any) -> Workspace:
    """A workspace of Berlin with these targets."""
    document = small()
    document["workspace"] |= {"timezone": "Europe/Berlin", "targets": targets}
    made: Workspace = await make(document)
    return made


async def card(workspace: Workspace, **query: Any) -> dict[str, Any]:
    """The scorecard of the day made by hand."""
    response = await workspace.api.get("/v1/scorecard", params={"period": PERIOD} | query)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def by_measure(answer: Mapping[str, Any], group: str | None = None) -> dict[str, dict[str, Any]]:
    """The rows of a group by their measure."""
    return {row["measure"]: row for row in answer["rows"] if row["group"] == group}


async def complaints(workspace: Workspace, number: int) -> list[str]:
    """Contacts of yesterday that agents have completed, each of its own customer: to post them costs more than the rest."""
    (day,) = past_contacts.days(1)
    facts: dict[str, Any] = {"cell": Cell.LOW_VOLUME_HIGH_TOUCH, "outcome": Outcome.AGENT}
    facts |= {"topic": "complaint", "text": COMPLAINT, "state": ContactState.COMPLETED}
    return await past_contacts.write(workspace, [Past(day, customer, **facts) for customer in range(number)])


async def a_day(workspace: Workspace) -> None:
    """The desk: 30 answered, 24 in time, 4 of them escalated to `voice`; 2 left late, one at once, one unanswered was
    escalated. `voice` answers the 5. Handle times: the desk's are 200 and 400 s by turns, those of `voice` 700 s.
    """
    entries: list[Any] = []
    ids = iter(await complaints(workspace, 34))
    done: dict[str, Any] = {"left_as": "answered", "agent": "ann"}
    for number in range(30):
        contact = next(ids)
        answered_s, handled_s = (20 if number < 24 else 90), (200 if number % 2 else 400)
        times: dict[str, Any] = {
            "answered_s": answered_s,
            "handled_s": answered_s + handled_s,
            "left_s": answered_s + handled_s,
        }
        entries += stay(contact, "desk", NOON, **times, **done | {"left_as": "escalated" if number < 4 else "answered"})
        if number < 4:
            later = NOON + timedelta(seconds=times["left_s"])
            entries += stay(contact, "voice", later, 2, answered_s=30, handled_s=730, left_s=730, **done)
    for seconds, fate in ((70, "abandoned"), (80, "abandoned"), (2, "short_abandoned")):
        contact = next(ids)
        entries += stay(contact, "desk", NOON, left_s=seconds, left_as=fate)
    contact = next(ids)
    entries += stay(contact, "desk", NOON, left_s=30, left_as="escalated")
    later = NOON + timedelta(seconds=30)
    entries += stay(contact, "voice", later, 2, answered_s=30, handled_s=730, left_s=730, **done)
    await write(workspace, entries)


async def handled(workspace: Workspace, day: datetime, seconds: list[int]) -> None:
    """Contacts that the desk answered on a day, by how long they were handled."""
    contacts = await complaints(workspace, len(seconds))
    entries = [
        stay(contact, "desk", day, answered_s=10, handled_s=10 + s, left_s=10 + s, left_as="answered", agent="ann")
        for contact, s in zip(contacts, seconds, strict=True)
    ]
    await write(workspace, *entries)


async def answered(workspace: Workspace, day: datetime, good: int, bad: int, kind: str = "csat") -> None:
    """Answers to surveys that the desk's customers were sent at a moment: 5 points, and 1."""
    facts = {"sent": good + bad + 7, "answered": good + bad, "score_5": good, "score_1": bad}
    of = {"kind": kind, "survey": kind, "queue": "desk", "agent": "ann", "topic": "complaint"}
    await _fact(workspace, "surveys", day, of | {"channel": "chat", "cell": "low_volume_high_touch"}, facts)


async def first_contacts(workspace: Workspace, day: datetime, outcome: str, first: int, repeated: int) -> None:
    """First contacts that were accepted at a moment and have ended, and how many of them another followed."""
    of = {"queue": "desk" if outcome == "agent" else "", "agent": "ann" if outcome == "agent" else ""}
    of |= {"topic": "complaint", "channel": "chat", "outcome": outcome}
    await _fact(workspace, "repetitions", day, of, {"contacts": first, "first": first, "repeated": repeated})


async def _fact(
    workspace: Workspace, kind: str, at: datetime, of: Mapping[str, str], counts: Mapping[str, int]
) -> None:
    row: dict[str, Any] = {"workspace_id": workspace.id, "starts_at": at, **of, **counts}
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    async with workspace.ledger() as session:
        await session.execute(text(f"INSERT INTO interval_{kind} ({names}) VALUES ({values})"), row)
        if kind != "surveys":
            mark = "INSERT INTO interval_changes (workspace_id, kind, starts_at) VALUES (:w, :k, :at) ON CONFLICT DO NOTHING"
            await session.execute(text(mark), {"w": workspace.id, "k": kind, "at": at})
