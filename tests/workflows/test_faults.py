"""Whatever a target does, a run acts at most once, and ends in a known word that says what is known.

The target does not look at keys: what it counts is what the router has had it do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from tests.support.documents import small
from tests.support.proof import FULL
from tests.support.service import TLS, Workspace, eventually
from tests.support.target import Answers, Called, Target, reply, running_target

Make = Callable[..., Awaitable[Workspace]]

DRAW = Random(7)  # noqa: S311 — it draws what clients do
RUNS = 1_000 if FULL else 60
LIMIT_S = 900 if FULL else 180
DONE = {"status": "succeeded"}
SPEC = {"title": "Move money", "timeout_s": 1, "attempts": 3, "circuit": {"failures": 1_000}, "result_s": 30}
ENDS = {"succeeded", "failed", "unknown", "compensated"}


async def late(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    await asyncio.sleep(1.5)
    await reply(writer, 200, DONE)


async def twice(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    await reply(writer, 200, DONE)
    await reply(writer, 200, {"status": "failed"})


async def error_after_acting(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    await reply(writer, 500)


async def gateway_error(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    await reply(writer, 503)  # as a proxy says whose own connection broke: nobody knows


async def hangs(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    await asyncio.sleep(2)


async def redirects(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    await reply(writer, 307, None, Location=target.url)


async def cut(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"status": "succ')
    await writer.drain()


async def killed(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def garbage(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff{{{")
    await writer.drain()


async def endless(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b" " * 200_000)
    await writer.drain()


async def busy_first(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    if called.data["attempt"] < 3:
        await reply(writer, 429 if hash(called.key) % 2 else 503, None, **{"Retry-After": "1"})
    else:
        target.act(called)
        await reply(writer, 200, DONE)


async def refuses(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    await reply(writer, 403, {"error": "no"})


async def says_no(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    await reply(writer, 200, {"status": "failed", "message": "No."})


async def follows(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
    target.act(called)
    await reply(writer, 202)


FAULTS: tuple[Answers, ...] = (
    *(late, twice, error_after_acting, gateway_error, hangs, redirects, cut, killed, garbage, endless, busy_first),
    *(refuses, says_no, follows),
)


class Faults:
    """All faults in turn, one and the same for all calls of a run."""

    def __init__(self) -> None:
        self.of_run: dict[str, Answers] = {}

    async def __call__(self, target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
        fault = self.of_run.setdefault(called.key, FAULTS[len(self.of_run) % len(FAULTS)])
        await fault(target, called, writer)


@pytest.mark.timeout(LIMIT_S)
async def test_money_moves_at_most_once_and_each_run_ends_in_a_known_word(
    make: Make, service: tuple[str, Parts]
) -> None:
    """What has failed has not moved any; of what may have moved some nobody says that it has not."""
    faults = Faults()
    async with running_target(faults) as target:
        flows = [{"name": f"move_{n}", "url": target.url, **SPEC} for n in range(4)]
        flows.append({"name": "nowhere", "url": "http://127.0.0.1:9/act", **SPEC})
        workspace = await make(small(workflows=flows))
        plain = httpx.AsyncClient(base_url=workspace.url, headers=workspace.api.headers, timeout=30, verify=TLS)
        for flow in flows:
            await workspace.api.post(f"/v1/workflows/{flow['name']}/rotate-secret")

        async def start(number: int) -> str:
            flow = flows[4 if number % 15 == 0 else number % 4]
            for _ in range(2 if DRAW.random() < 0.2 else 1):  # a client that does not hear the answer asks again
                answer = await plain.post(
                    "/v1/runs", json={"workflow": flow["name"]}, headers={"Idempotency-Key": f"business {number}"}
                )
                assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        runs: list[str] = []
        for first in range(0, RUNS, 25):
            runs += await asyncio.gather(*(start(number) for number in range(first, min(first + 25, RUNS))))
        assert len(set(runs)) == RUNS

        async def report(run: str) -> None:
            for _ in range(DRAW.choice((0, 1, 2))):
                answer = await plain.post(f"/v1/runs/{run}/result", json=DONE)
                assert answer.status_code == 204, answer.text

        async def ended() -> dict[str, Any] | None:
            async with workspace.database.transaction() as session:
                rows = await session.execute(
                    text("SELECT id, state, accepted_at, why, attempts FROM workflow_runs WHERE workspace_id = :w"),
                    {"w": workspace.id},
                )
                found = {row.id: row for row in rows}
                # Those whose result never comes, as if their time had passed.
                if all(row.state in ENDS or row.accepted_at for row in found.values()):
                    await session.execute(
                        text("UPDATE workflow_runs SET due_at = now() WHERE workspace_id = :w AND state = 'running'"),
                        {"w": workspace.id},
                    )
                await asyncio.sleep(0.2)  # so that looking costs less than what is looked at
            waiting = [run for run, row in found.items() if row.state == "running" and row.accepted_at]
            await asyncio.gather(*map(report, waiting))
            return found if all(row.state in ENDS for row in found.values()) else None

        found = await eventually(ended, seconds=LIMIT_S)
        await plain.aclose()
        assert set(target.moved) <= set(runs)
        assert max(target.moved.values()) == 1
        for run, row in found.items():
            told = f"{row.state} {row.why} {faults.of_run.get(run)}"
            assert row.state != "succeeded" or target.moved[run] == 1, told
            assert row.state != "failed" or target.moved[run] == 0, told
        assert {*faults.of_run.values()} == {*FAULTS}
        assert {row.state for row in found.values()} == {"succeeded", "failed", "unknown"}
        assert {row.why for row in found.values() if row.state == "failed"} >= {"connection_failed", "status_307"}


async def test_a_run_whose_process_died_is_unknown_and_not_called_again(make: Make, service: tuple[str, Parts]) -> None:
    """It was committed as running before its call: another process finds it, and cannot know."""
    _, parts = service
    called = asyncio.Event()

    async def hangs_on(target: Target, one: Called, writer: asyncio.StreamWriter) -> None:
        target.act(one)
        called.set()
        await asyncio.sleep(30)

    async with running_target(hangs_on) as target:
        flow = {"name": "move", "url": target.url, **SPEC, "timeout_s": 30}
        workspace = await make(small(workflows=[flow]))
        await workspace.api.post("/v1/workflows/move/rotate-secret")
        run = (await workspace.api.post("/v1/runs", json={"workflow": "move"})).json()["id"]
        await called.wait()
        parts.workflows.runs._driving[run].cancel()  # as a kill does: nothing is written
        assert (await workspace.api.get(f"/v1/runs/{run}")).json()["state"] == "running"
        async with workspace.database.transaction() as session:
            await session.execute(text("UPDATE workflow_runs SET due_at = now() WHERE id = :id"), {"id": run})

        async def known() -> bool:
            state = (await workspace.api.get(f"/v1/runs/{run}")).json()
            return bool((state["state"], state["why"]) == ("unknown", "lost"))

        await eventually(known)
        assert target.moved == {run: 1}
