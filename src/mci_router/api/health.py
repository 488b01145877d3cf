"""Is it alive, is it ready: for load balancers, hence without a key."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from mci_router.api.parts import Service
from mci_router.errors import Problem

router = APIRouter(tags=["health"])


@router.get("/livez", summary="Is the process alive?")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", summary="Is the service ready?")
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
