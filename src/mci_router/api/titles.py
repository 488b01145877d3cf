"""Titles: what people read in place of names, for pages whose figures come by name."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from mci_router.access.keys import Caller, Scope
from mci_router.api.desk.lookups import title_of
from mci_router.api.parts import Service, needs_one
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Answer
from mci_router.api.senders import described
from mci_router.specs.surveys import SurveySpec
from mci_router.specs.working import ActivitySpec

router = Router(tags=["configuration"], responses=RESPONSES)

READS = (Scope.REPORTS_READ, Scope.METRICS_READ, Scope.WORKFORCE_READ, Scope.COACHING_READ, Scope.CONFIGURATION_READ)
"""Each of them shows queues, topics and agents by name already."""

ByName = Annotated[dict[str, str], Field(description="By name.")]


class TitlesOut(Answer):
    """What people read in place of names."""

    queues: ByName
    topics: ByName
    agents: ByName
    activities: ByName
    surveys: ByName


@router.get("/v1/titles", summary="Show what people read in place of names", openapi_extra=described(*READS))
async def get_titles(caller: Annotated[Caller, needs_one(*READS)], parts: Service) -> TitlesOut:
    """Returns the titles of queues, topics, agents, activities, surveys; a queue without one has its name as words.

    Where several of a kind have one title, each has its name behind it, so that a page tells them apart.
    """
    snapshot = await parts.snapshots.get(caller.workspace_id)
    return TitlesOut(
        queues=_told_apart({name: title_of(queue) for name, queue in snapshot.queues.items()}),
        topics=_titles(snapshot.topics.values()),
        agents=_titles(snapshot.agents.values()),
        activities=_titles(snapshot.of(ActivitySpec).values()),
        surveys=_titles(snapshot.of(SurveySpec).values()),
    )


def _titles(specs: Iterable[Any]) -> dict[str, str]:
    return _told_apart({spec.name: spec.title for spec in specs})


def _told_apart(titles: dict[str, str]) -> dict[str, str]:
    how_many = Counter(titles.values())
    return {name: title if how_many[title] == 1 else f"{title} ({name})" for name, title in titles.items()}
