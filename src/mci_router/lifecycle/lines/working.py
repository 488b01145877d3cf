"""Working: whether somebody works for a queue now, as the live state has it."""

from collections.abc import Sequence
from dataclasses import replace

from mci_router.errors import NobodyWorks
from mci_router.routing.calls import line_id
from mci_router.routing.engine import Engine
from mci_router.routing.policy.passing import Passing
from mci_router.routing.policy.routes import Route
from mci_router.vocabulary import Channel, Severity


async def route_where_somebody_works(
    engine: Engine, passing: Passing, routes: Sequence[Route], severity: Severity
) -> Route:
    """Returns the first of the routes for which somebody works now; else that into the row's queue, if it is open.

    Raises NobodyWorks, EngineUnavailable.
    """
    workspace, own = passing.snapshot.workspace_id, passing.snapshot.escalations[severity].queue
    for route in routes:
        if await anybody_works(engine, workspace, route, passing.facts.channel):
            return route
    tried = [route.queue.name for route in routes if route.queue]
    if tried and tried[0] == own:
        return replace(routes[0], reasons=(*routes[0].reasons, "nobody who could serve it is signed in now"))
    where = f"in {', '.join(tried)}" if tried else "in any queue that is open"
    raise NobodyWorks(
        f"Queue {own} is closed, and nobody who could serve this {severity} works {where} now.", queue=own, tried=tried
    )


async def anybody_works(engine: Engine, workspace: str, route: Route, channel: Channel) -> bool:
    """Returns whether an agent is signed in who can serve a contact on this route, at once or when it asks for less.

    Nobody works for a closed queue. Raises EngineUnavailable.
    """
    if route.queue is None or route.closed:
        return False
    lines = [(route.queue.name, line, "") for line in lines_of(route, channel)]
    return any(figures.staffed for figures in await engine.figures_of_lines(workspace, lines))


def lines_of(route: Route, channel: Channel) -> Sequence[str]:
    """Returns the lines in which a contact waits on this route, in order."""
    if route.queue is None:
        return []
    way = (route.queue.name, channel, route.queue.units)
    relaxed = [line_id(*way, *step.alternatives) for step in route.steps]
    return [line_id(*way, route.requirement), *relaxed]
