"""Health: whether the process is alive and ready, for load balancers, hence without a key."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from mci_router.api.parts import Service
from mci_router.api.problems import OPEN_RESPONSES
from mci_router.api.router import Router
from mci_router.errors import Problem, refusal_of
from mci_router.learning.readiness import counted

router = Router(tags=["health"], responses=OPEN_RESPONSES)


NOT_READY = {
    "description": "Send contacts to another process; `Retry-After` says when to ask again.",
    "headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}
        }
    },
}


@router.get("/livez", summary="Is the process alive?")
async def livez() -> dict[str, str]:
    """Returns 200 while the process answers."""
    return {"status": "alive"}


@router.get("/readyz", summary="Is the service ready?", responses={503: NOT_READY})
async def readyz(request: Request, parts: Service) -> Any:
    """Returns 200 while contacts can be accepted and understood.

    This needs the ledger to answer, the process not to drain, and the models to be in force. `learning`, with 503,
    while a starting process gets the workspaces' models: until all that the ledger has are loaded, and for 20 s at most
    until others are made. `degraded` while the live state does not answer, or refuses to work. `refuses` has the word
    or number by which each server that does says why. `models` counts workspaces: those whose model is `in_force`,
    those that are `loading` it, those that are `learning` their first, those that are `refitting` one whose file was
    absent or damaged, and those decided `by_rules` because their model was refused or is broken: people look at their
    contacts. `failed_trainings` counts those whose topics as they are now could not be learnt.
    """
    if request.app.state.draining:
        return JSONResponse({"status": "draining"}, 503, {"Retry-After": "1"})
    workspaces = parts.models.readiness()
    refuses = dict[str, str]()
    checks = {
        "ledger": await _state("ledger", parts.database.ping, refuses),
        "live_state": await _state("live_state", parts.engine.ping, refuses),
        "models": counted(workspaces),
        "rate_limits": "open" if parts.rates.open else "ok",
        "failed_trainings": parts.models.failed(),
    }
    checks |= {"refuses": refuses} if refuses else {}
    if checks["ledger"] != "ok":
        return JSONResponse({"status": "unavailable", **checks}, 503, {"Retry-After": "2"})
    if not (parts.snapshots.complete and parts.models.startup.over(workspaces)):
        return JSONResponse({"status": "learning", **checks}, 503, {"Retry-After": "1"})
    return {"status": "ready" if checks["live_state"] == "ok" else "degraded", **checks}


async def _state(server: str, ping: Callable[[], Awaitable[None]], refuses: dict[str, str]) -> str:
    """Returns `ok` or why a server cannot be used; notes what one has said that refuses to work."""
    try:
        await ping()
    except Problem as problem:
        if refusal := refusal_of(problem):
            refuses[server] = refusal.code  # its words name users and databases: the log has them
        return problem.slug
    return "ok"
