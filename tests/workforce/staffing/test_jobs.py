"""Staffing over HTTP: asked, searched by a worker beside the service, cancelled, taken over, compared."""

import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.embedded import Servers
from tests.support.documents import small
from tests.support.service import Workspace, eventually
from tests.support.site import Site

DAY = "2026-12-01"
DAY_BEGINS = datetime.fromisoformat(f"{DAY}T00:00:00+00:00")
SEARCH_S = 50  # by two servers on a busy machine
MARK = f"STAFFING_TESTS={os.getpid()}"
os.environ["STAFFING_TESTS"] = str(os.getpid())


def demand(*, calls: float = 12, quarters: int = 4) -> list[dict[str, Any]]:
    """Calls for an hour in the morning."""
    starts = [DAY_BEGINS + timedelta(hours=9, minutes=15 * number) for number in range(quarters)]
    row = {"queue": "voice", "channel": "voice", "arrivals": calls, "aht_s": 120}
    return [{**row, "begins": start.isoformat()} for start in starts]


def asking(**more: Any) -> dict[str, Any]:
    patience = {"voice": 120}
    return {"day": DAY, "demand": demand(), "patience_s": patience, "absence": 0.1, "seconds": 20, **more}


async def asked(workspace: Workspace, **more: Any) -> dict[str, Any]:
    answer = await workspace.api.post("/v1/staffing", json=asking(**more))
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/staffing/{job['id']}"
    return job


async def read(workspace: Workspace, job: str) -> dict[str, Any]:
    answer = await workspace.api.get(f"/v1/staffing/{job}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def until(workspace: Workspace, job: str, *states: str) -> dict[str, Any]:
    async def arrived() -> dict[str, Any] | None:
        found = await read(workspace, job)
        return found if found["state"] in states else None

    found: dict[str, Any] = await eventually(arrived, SEARCH_S)
    return found


@pytest.mark.timeout(150)
async def test_who_is_needed_is_guessed_at_once_searched_and_compared_with_a_change(workspace: Workspace) -> None:
    """The answer has Erlang's guess; the job ends with a staff whose days meet the goal; a what-if says by how much."""
    job = await asked(workspace)
    assert job["state"] == "queued"
    assert {row["begins"][:16] for row in job["guess"]["requirement"]} == {
        f"{DAY}T09:{at}" for at in ("00", "15", "30", "45")
    }
    assert job["found"] is None
    done = await until(workspace, job["id"], "finished", "failed")
    assert done["why"] is None
    found = done["found"]
    assert done["progress"] == 1
    assert {row["group"] for row in found["requirement"]} <= {group["group"] for group in done["groups"]}
    assert found["agent_hours"] == sum(row["agents"] for row in found["requirement"]) / 4
    assert [row["queue"] for row in found["queues"]] == ["voice"]
    assert found["checked"] is (found["queues"][0]["p90"] >= 0.8)
    assert found["seconds_per_day"] > 0
    listed = (await workspace.api.get("/v1/staffing")).json()["items"]
    assert [(one["id"], one["agent_hours"]) for one in listed] == [(job["id"], found["agent_hours"])]
    group = found["requirement"][0]["group"]
    change = {"agents": [{"group": group, "agents": 2}], "goals": [{"queue": "voice", "target_s": 60}]}
    answer = await workspace.api.post("/v1/staffing", json={"of": job["id"], "what_if": change, "seconds": 20})
    assert answer.status_code == 202, answer.text
    compared = (await until(workspace, answer.json()["id"], "finished", "failed"))["compared"]
    assert compared["agent_hours_after"] == compared["agent_hours_before"] + 2
    (voice,) = compared["queues"]
    assert (voice["before"]["target_s"], voice["after"]["target_s"]) == (20, 60)
    assert voice["difference"] > 0
    assert voice["low"] <= voice["difference"] <= voice["high"]


@pytest.mark.timeout(150)
async def test_a_cancelled_job_stops_its_worker_and_keeps_the_best(workspace: Workspace) -> None:
    """Within seconds no process of the job is left; cancelling again changes nothing."""
    job = await asked(workspace, demand=demand(calls=60), seconds=900)
    await until(workspace, job["id"], "running")
    await eventually(lambda: _is(bool(workers())), SEARCH_S)
    cancelled = (await workspace.api.delete(f"/v1/staffing/{job['id']}")).json()
    assert cancelled["state"] == "cancelled"
    await eventually(lambda: _is(not workers()), SEARCH_S)
    again = (await workspace.api.delete(f"/v1/staffing/{job['id']}")).json()
    assert (again["state"], again["ended_at"]) == ("cancelled", cancelled["ended_at"])


@pytest.mark.timeout(150)
async def test_a_job_whose_worker_is_killed_is_begun_again_and_fails_the_third_time(workspace: Workspace) -> None:
    """Twice the job goes on with another worker; then it says what has happened."""
    job = await asked(workspace, demand=demand(calls=60), seconds=900)
    killed = set[int]()
    for _ in range(3):
        await eventually(lambda: _is(bool(workers() - killed)), SEARCH_S)
        for worker in workers() - killed:
            os.killpg(worker, signal.SIGKILL)
            killed.add(worker)
    failed = await until(workspace, job["id"], "failed")
    assert failed["attempts"] == 3
    assert "died 3 times" in failed["why"]


@pytest.mark.timeout(200)
async def test_another_router_takes_the_job_of_one_that_was_killed(site: Site) -> None:
    """The dead one's worker goes by itself, and the other begins the job again once the lease is over."""
    document = small()
    document["topics"] = [{**topic, "examples": []} for topic in document["topics"]]
    mark = {"STAFFING_TESTS": str(os.getpid())}
    async with site.router(**mark) as one, site.router(**mark) as other, site.workspace(one, document) as workspace:
        job = await asked(workspace, demand=demand(calls=60), seconds=900)
        await until(workspace, job["id"], "running")
        await eventually(lambda: _is(bool(workers())), SEARCH_S)
        by, (worker,) = await _claimed(workspace, job["id"]), workers()
        killed, left = (one, other) if _parent(worker) == one.process.pid else (other, one)
        assert _parent(worker) == killed.process.pid
        killed.kill()
        await eventually(lambda: _is(worker not in workers()), SEARCH_S)
        async with workspace.database.transaction() as session:  # as if the lease's time had passed
            over = "UPDATE staffing_jobs SET lease_until = now() WHERE id = :id AND claimed_by = :by"
            await session.execute(text(over), {"id": job["id"], "by": by})

        async def taken_over() -> bool:
            return await _claimed(workspace, job["id"]) not in (None, by)

        await eventually(taken_over, SEARCH_S)
        async with site.client(left, workspace.key) as api:
            assert (await api.delete(f"/v1/staffing/{job['id']}")).json()["attempts"] == 2
        await eventually(lambda: _is(not workers()), SEARCH_S)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"demand": None}, "demand"),
        ({"demand": []}, "no arrivals"),
        ({"demand": [{**demand()[0], "queue": "nowhere"}]}, "nowhere"),
        ({"demand": [demand()[0], demand()[0]]}, "twice"),
        ({"demand": [{**demand()[0], "begins": f"{DAY}T09:07:00Z"}]}, "no quarter-hour"),
        ({"demand": [{**demand()[0], "begins": "2026-12-02T09:00:00Z"}]}, "no quarter-hour"),
        ({"demand": [{**one, "arrivals": 20_000} for one in demand()]}, "contacts"),
        ({"demand": [{**demand()[0], "channel": "social"}]}, "Nobody here can serve"),
        ({"goals": [{"queue": "nowhere", "goal": 0.5}]}, "nowhere"),
        ({"absence": 0.9}, "absence"),
        ({"seconds": 5_000}, "seconds"),
        ({"of": "stf_1"}, "what_if"),
        ({"day": None}, "day"),
    ],
)
async def test_what_makes_no_day_is_refused(workspace: Workspace, change: dict[str, Any], where: str) -> None:
    """With what is wrong, and nothing is kept."""
    answer = await workspace.api.post("/v1/staffing", json=asking(**change))
    assert answer.status_code == 422, answer.text
    assert where in answer.text
    assert (await workspace.api.get("/v1/staffing")).json()["items"] == []


async def test_a_what_if_needs_a_staff_that_was_found(workspace: Workspace) -> None:
    """A job without one, a group that there is not, another workspace's job: each is said."""
    change = {"agents": [{"group": "group_1"}]}
    unknown = await workspace.api.post("/v1/staffing", json={"of": "stf_nothing", "what_if": change})
    assert unknown.status_code == 404
    job = await asked(workspace)
    await workspace.api.delete(f"/v1/staffing/{job['id']}")
    early = await workspace.api.post("/v1/staffing", json={"of": job["id"], "what_if": change})
    assert early.status_code == 422
    assert "no staff yet" in early.json()["detail"]
    async with workspace.database.transaction() as session:
        best = text("UPDATE staffing_jobs SET best = jsonb_build_object('plan', guess) WHERE id = :id")
        await session.execute(best, {"id": job["id"]})
    for wrong, where in (
        ({"agents": [{"group": "nobody"}]}, "nobody"),
        ({"skills": [{"group": "group_1", "agents": 400, "skill": "fraud"}]}, "400"),
        ({"goals": [{"queue": "nowhere", "goal": 0.5}]}, "nowhere"),
    ):
        answer = await workspace.api.post("/v1/staffing", json={"of": job["id"], "what_if": wrong})
        assert answer.status_code == 422, answer.text
        assert where in answer.json()["detail"]


async def test_too_many_jobs_at_once_are_refused(workspace: Workspace) -> None:
    """Twenty of a workspace wait at most; a cancelled one makes room."""
    jobs = [await asked(workspace, seconds=900) for _ in range(20)]
    refused = await workspace.api.post("/v1/staffing", json=asking())
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too_many_staffing_jobs")
    await workspace.api.delete(f"/v1/staffing/{jobs[-1]['id']}")
    jobs[-1] = await asked(workspace)
    for job in jobs:
        await workspace.api.delete(f"/v1/staffing/{job['id']}")


async def test_another_workspace_sees_no_job(make: Callable[..., Awaitable[Workspace]]) -> None:
    """404 to read and to cancel, and an empty list."""
    ours, theirs = await make(), await make()
    job = await asked(ours)
    assert (await theirs.api.get(f"/v1/staffing/{job['id']}")).status_code == 404
    assert (await theirs.api.delete(f"/v1/staffing/{job['id']}")).status_code == 404
    assert (await theirs.api.get("/v1/staffing")).json()["items"] == []
    await ours.api.delete(f"/v1/staffing/{job['id']}")


@pytest.fixture(autouse=True)
def nothing_left(servers: Servers) -> Iterator[None]:
    """No worker outlives a test."""
    yield
    for worker in workers():
        os.killpg(worker, signal.SIGKILL)


def workers() -> set[int]:
    """The workers of this test's routers, by their ids, which are those of their groups.

    They have this test's id in their surroundings: other tests may run beside it, and a killed router's worker is
    nobody's child.
    """
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"mci_router.simulation.staffing" in command and state[0] != "Z":
            surroundings = (folder / "environ").read_bytes() if state[0] != "Z" else b""
            if MARK.encode() in surroundings:
                found.add(int(folder.name))
    return found


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def _is(value: bool) -> bool:
    return value


async def _claimed(workspace: Workspace, job: str) -> str | None:
    async with workspace.database.transaction() as session:
        found: str | None = await session.scalar(
            text("SELECT claimed_by FROM staffing_jobs WHERE id = :id"), {"id": job}
        )
        return found
