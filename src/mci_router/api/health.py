"""Is it alive, is it ready: for load balancers, hence without a key."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from mci_router.api.parts import Service
from mci_router.api.problems import OPEN_RESPONSES
from mci_router.errors import Problem

router = APIRouter(tags=["health"], responses=OPEN_RESPONSES)


NOT_READY = {
    "description": "Send contacts to another process; `Retry-After` says when to ask again.",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}}},
}


@router.get("/livez", summary="Is the process alive?")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", summary="Is the service ready?", responses={503: NOT_READY})
async def readyz(request: Request, parts: Service) -> Any:
    """200 while contacts can be accepted: the ledger answers and the process is not draining. `degraded` without live queues."""
    if request.app.state.draining:
        return JSONResponse({"status": "draining"}, 503, {"Retry-After": "1"})
    checks = {"ledger": await _state(parts.database.ping), "live_state": await _state(parts.engine.ping)}
    if checks["ledger"] != "ok":
        return JSONResponse({"status": "unavailable", **checks}, 503, {"Retry-After": "2"})
    return {"status": "ready" if checks["live_state"] == "ok" else "degraded", **checks}


async def _state(ping: Any) -> str:
    try:
        await ping()
    except Problem as problem:
        return problem.slug
    return "ok"
