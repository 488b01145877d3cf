"""The volume × touch matrix: the cell of each topic, its measured touch, and its moves between cells."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.paging import PAGED, Limit, paged
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.matrix import MatrixOut, MeasuredTouch, MovePage, TopicInMatrix, TopicMove
from mci_router.clock import from_ms
from mci_router.insight import touch
from mci_router.insight.touch import TopicFigures
from mci_router.models import Event
from mci_router.specs.resources import TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matrix import cell_of
from mci_router.volume.moves import moves

router = Router(prefix="/v1/matrix", tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
EventCursor = Annotated[
    str | None,
    Query(max_length=64, pattern=r"^[0-9]{15}-[0-9]{6,20}$", description="`next_cursor` of the page before."),
]


@router.get("", summary="Show the volume × touch matrix")
async def get_matrix(caller: Reader, parts: Service) -> MatrixOut:
    """Returns every topic with its rate, volume, touch, cell and measured touch, and the ladder of each cell."""
    return await matrix_of(parts, caller.workspace_id)


async def matrix_of(parts: Parts, workspace: str) -> MatrixOut:
    """Returns the matrix of a workspace. Raises DatabaseUnavailable."""
    snapshot = await parts.snapshots.get(workspace)
    handled = await parts.handling.figures(workspace)
    return MatrixOut(topics=_topics(parts, snapshot, handled), ladders=dict(snapshot.ladders))


@router.get("/moves", summary="List moves of topics", responses=PAGED)
async def list_moves(
    request: Request, response: Response, caller: Reader, parts: Service, cursor: EventCursor = None, limit: Limit = 50
) -> MovePage:
    """Lists moves of topics between cells, newest first."""
    async with parts.database.transaction() as session:
        found: Sequence[Event] = await moves(session, caller.workspace_id, before=cursor, limit=limit + 1)
    items, following = paged(request, response, found, limit)
    return MovePage(items=[_move(event) for event in items], next_cursor=following)


def _topics(parts: Parts, snapshot: Snapshot, handled: Mapping[str, TopicFigures]) -> list[TopicInMatrix]:
    workspace, meter = snapshot.workspace_id, parts.meter
    rates, classes, positions = meter.rates(workspace), meter.classes(workspace), meter.positions(workspace)
    total, all_ = sum(rates.values()), touch.of_all(handled.values())
    shown = []
    for name, topic in sorted(snapshot.topics.items()):
        volume = classes.get(name, topic.expected_volume)
        cell = cell_of(volume, topic.touch)
        position = positions[name][0] if name in positions else None
        shown.append(
            TopicInMatrix(
                topic=name,
                title=topic.title,
                contacts_last_hour=rates.get(name, 0),
                share=rates.get(name, 0) / total if total else None,
                volume=volume,
                measured=name in classes,
                touch=topic.touch,
                sensitive=topic.sensitive,
                cell=cell,
                since=from_ms(position.since) if position and position.cell is cell else None,
                measured_touch=_touch(topic, handled[name], all_) if name in handled else None,
            )
        )
    return shown


def _touch(topic: TopicSpec, figures: TopicFigures, all_: TopicFigures) -> MeasuredTouch:
    return MeasuredTouch(
        touch=touch.measured(figures, all_),
        effort=round(touch.effort(figures, all_), 3),
        handled=figures.handled,
        handle_time_s=round(figures.handle_time_s, 3),
        transferred=figures.transferred,
        reopened=figures.reopened,
        escalated=figures.escalated,
        suggestion=touch.suggestion(figures, all_, configured=topic.touch, sensitive=topic.sensitive),
    )


def _move(event: Event) -> TopicMove:
    move = event.data
    same = {name: move[name] for name in ("topic", "volume", "rate", "share", "cause")}
    return TopicMove.model_validate(
        {"id": event.id, "at": event.at, "from_cell": move["from"], "to_cell": move["to"], **same}
    )
