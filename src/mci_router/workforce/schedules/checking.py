"""Checking: which rules shifts would break, beside what is published and the time off that is approved."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import RulesBroken
from mci_router.models import Shift
from mci_router.specs.resources import AgentSpec, Capacity
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel
from mci_router.workforce.schedules import store
from mci_router.workforce.schedules.asking import person_of
from mci_router.workforce.schedules.breaches import Breach, breaches
from mci_router.workforce.schedules.stints import DAY, days_between
from mci_router.workforce.schedules.work import breach_of

MOST_SHOWN = 100
GONE = Capacity(channels={Channel.CHAT: 1})


async def check(
    session: AsyncSession,
    snapshot: Snapshot,
    shifts: Iterable[Shift],
    *,
    without: Collection[str] = (),
    of_schedule: str | None = None,
) -> list[Breach]:
    """Returns the rules that shifts break, together with what is published; see `nearby` for what is left out."""
    mine = defaultdict(list)
    for shift in shifts:
        mine[shift.agent].append(store.stint_of(snapshot, shift))
    if not mine:
        return []
    days = sorted({one.day for stints in mine.values() for one in stints})
    around = await store.nearby(session, snapshot, days[0], days[-1], without=without, of_schedule=of_schedule)
    asked = days_between(days[0] - DAY, days[-1] + DAY)
    return [
        breach
        for name, stints in sorted(mine.items())
        for breach in breaches(person_of(snapshot, _agent(snapshot, name), asked, around), stints, snapshot.spec.zone)
    ]


def _agent(snapshot: Snapshot, name: str) -> AgentSpec:
    """Returns an agent; one that is not configured any longer has no skill."""
    return snapshot.agents.get(name) or AgentSpec(name=name, title=name, capacity=GONE)


def must_keep(found: Sequence[Breach], *, accepted: bool) -> None:
    """Raises RulesBroken where rules are broken and nobody has accepted that."""
    if found and not accepted:
        said = found[0].message + (f", and {len(found) - 1} more" if len(found) > 1 else "")
        raise RulesBroken(f"{said}.", breaches=[breach_of(one) for one in found[:MOST_SHOWN]])
