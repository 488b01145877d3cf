"""A week planned: what came, what will come, who is needed, who works when, and how the day went.

`python plan_a_week.py history` writes eight weeks of calls as another telephone system exports them. Without a word it
plans the next working week over the public API, with `MCI_URL`, and in `MCI_KEY` a key of the workspace in
`plan_a_week.yaml` with all scopes.
"""

import asyncio
import csv
import json
import os
import random
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

BERLIN = ZoneInfo("Europe/Berlin")
WEEKS, OPEN, CLOSED = 8, 8, 18  # weeks of history; hours of the day
CALLS_A_QUARTER = (3, 4, 6, 6, 5, 4, 5, 5, 4, 3)  # by hour, from 08:00 on
CALL_S = 240
PATIENCE_S = 120


def say(what: str, more: str) -> None:
    print(f"{what:<10} {more}", flush=True)  # noqa: T201


def history() -> None:
    """Writes a history whose Mondays are busier, with chance in it; the same one on the same day."""
    today, dice = datetime.now(BERLIN).date(), random.Random(16)  # noqa: S311 — chance, no secret
    written = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    written.writerow(["interval", "queue", "offered", "answered", "abandoned", "aht", "sl"])
    for back in range(7 * WEEKS, 0, -1):
        day = today - timedelta(days=back)
        for quarter in range(4 * OPEN, 4 * CLOSED) if day.weekday() < 5 else ():
            at = datetime.combine(day, time(quarter // 4, quarter % 4 * 15))
            mean = CALLS_A_QUARTER[quarter // 4 - OPEN] * (1.2 if day.weekday() == 0 else 1)
            offered = sum(dice.random() < mean / 40 for _ in range(40))
            written.writerow([at.isoformat(timespec="minutes"), "calls", offered, offered, 0, CALL_S, ""])


async def answer(request: Awaitable[httpx.Response]) -> dict[str, Any]:
    """Returns the body of an answer. Raises SystemExit for a problem, with its words."""
    response = await request
    body: dict[str, Any] = response.json()
    if response.is_error:
        raise SystemExit(f"{response.status_code} {body['detail']}")
    return body


class Desk:
    """An agent's desk."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.unread: list[dict[str, Any]] = []

    async def do(self, kind: str, /, **data: Any) -> dict[str, Any]:
        """Sends a frame, and returns what its answer says."""
        frame_id = uuid4().hex
        await self.socket.send(json.dumps({"type": kind, "id": frame_id, "data": data}))
        return await self.hear(lambda frame: frame.get("id") == frame_id)

    async def hear(self, wanted: Any) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for frame in self.unread:
                    if wanted(frame):
                        self.unread.remove(frame)
                        data: dict[str, Any] = frame["data"]
                        return data
                self.unread.append(json.loads(await self.socket.recv()))


@asynccontextmanager
async def desk(api: httpx.AsyncClient, agent: str) -> AsyncIterator[Desk]:
    """A desk whose agent is there."""
    token = (await answer(api.post(f"/v1/agents/{agent}/token")))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = os.environ["MCI_URL"].replace("http", "ws", 1) + "/v1/agent-socket"
    async with connect(url, subprotocols=["mci.v1"], additional_headers=headers) as socket:  # type: ignore[list-item]
        made = Desk(socket)
        await made.do("presence.set", state="available")
        yield made


async def a_day(api: httpx.AsyncClient) -> None:
    """Four calls: Ann takes three, one after the other; the fourth caller hangs up while Ann is away."""
    call = {"channel": "voice", "topic": "question", "text": "a call"}
    before = (await figures(api))["abandonment"]["n"] or 0  # of an earlier run on the same day
    async with desk(api, "ann") as ann:
        for number in range(3):
            await answer(api.post("/v1/contacts", json={**call, "customer": {"phone": f"+49 30 90182{number:03}"}}))
            offer = await ann.hear(lambda frame: frame["type"] == "offer.created")
            assignment = (await ann.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
            await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
            await ann.do("wrap_up.done", assignment_id=assignment)
        await ann.do("presence.set", state="away", reason="lunch")
        left = await answer(api.post("/v1/contacts", json={**call, "customer": {"phone": "+49 30 90182999"}}))
        await asyncio.sleep(6)  # who leaves within five seconds did not wait
        await answer(api.post(f"/v1/contacts/{left['id']}/abandon"))
    await until(api, lambda: figures(api), lambda found: found["abandonment"]["n"] == before + 4)
    by_name, asked = await figures(api), {"period": "today", "format": "csv"}
    file = list(csv.DictReader(StringIO((await api.get("/v1/scorecard", params=asked)).text)))
    agree = all(int(row["n"] or 0) == by_name[row["measure"]]["n"] for row in file)
    share = by_name["abandonment"]
    say("A DAY", f"four calls, of which one was left: {share['n']} counted, of {share['needed']} that it takes")
    say("AGREE", f"API and CSV say the same of {len(file)} targets: {'yes' if agree else 'no'}")


async def figures(api: httpx.AsyncClient) -> dict[str, Any]:
    """Today's figures by measure."""
    found = await answer(api.get("/v1/scorecard", params={"period": "today"}))
    return {row["measure"]: row for row in found["rows"]}


async def until(api: httpx.AsyncClient, read: Any, good: Any) -> Any:
    """Reads again until what is read is good."""
    async with asyncio.timeout(PATIENCE_S):
        while not good(found := await read()):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return found


async def next_week(api: httpx.AsyncClient) -> None:
    """From the forecast of Monday to shifts that everybody has in a calendar."""
    today = datetime.now(BERLIN).date()
    monday = today + timedelta(days=7 - today.weekday())

    async def forecast() -> dict[str, Any]:
        return await answer(api.get("/v1/workforce/forecast", params={"day": monday.isoformat()}))

    found = await until(api, forecast, lambda one: one["rows"])
    hours = by_hour(found["rows"])
    say("FORECAST", f"the next Monday is busiest from {max(hours, key=hours.__getitem__)}:00 on")
    judged = found["accuracy"]["days"]
    say("JUDGED", f"by {judged} days: {'their bias and WAPE stand beside it' if judged else 'none is over yet'}")

    asked = {"day": monday.isoformat(), "absence": 0, "patience_s": {"calls": 180}, "seconds": 30}
    job = await answer(api.post("/v1/staffing", json=asked))
    say("GUESS", "Erlang A has one at once" if job["guess"] else "there is none")
    staffed = await finished(api, job["id"])
    met = all(queue["p90"] >= queue["goal"] for queue in staffed["found"]["queues"])
    say("STAFF", f"played by the engine: nine of ten days reach 80 % in 20 s: {'yes' if met else 'no'}")
    fewer = {"of": job["id"], "what_if": {"agents": [{"group": staffed["groups"][0]["group"], "agents": -1}]}}
    (less,) = (await finished(api, (await answer(api.post("/v1/staffing", json=fewer)))["id"]))["compared"]["queues"]
    say("WHAT IF", f"one agent fewer is {'worse' if less['difference'] < 0 else 'no worse'}")

    await scheduled(api, monday, staffed["found"]["requirement"])


async def finished(api: httpx.AsyncClient, job: str) -> dict[str, Any]:
    """A staffing job, once it is over."""

    async def read() -> dict[str, Any]:
        return await answer(api.get(f"/v1/staffing/{job}"))

    found: dict[str, Any] = await until(api, read, lambda one: one["state"] not in ("queued", "running"))
    if found["state"] != "finished":
        raise SystemExit(f"the job is {found['state']}: {found['why']}")
    return found


async def scheduled(api: httpx.AsyncClient, monday: date, required: list[dict[str, Any]]) -> None:
    """Makes the week's schedule of what Monday requires, publishes it, and reads Ann's calendar."""
    week = [
        {**row, "begins": (datetime.fromisoformat(row["begins"]) + timedelta(days=day)).isoformat()}
        for day in range(5)
        for row in required
        if row["agents"]
    ]
    body = {"begins_on": monday.isoformat(), "ends_on": (monday + timedelta(days=4)).isoformat()}
    asked = {**body, "name": "Next week", "requirement": week, "seconds": 30, "gap": 0.1}
    path = f"/v1/workforce/schedules/{(await answer(api.post('/v1/workforce/schedules', json=asked)))['id']}"

    async def read() -> dict[str, Any]:
        return await answer(api.get(path))

    made = await until(api, read, lambda one: one["solving"] not in ("waiting", "solving"))
    shifts = (await answer(api.get(f"{path}/shifts")))["items"]
    say("SCHEDULE", f"{made['solving']}: shifts on {len({one['begins_at'][:10] for one in shifts})} days, no rule bent")
    published = await answer(api.post(f"{path}/publish"))
    say("PUBLISHED", f"{published['state']}, and binding for {len({one['agent'] for one in shifts})} agents")
    somebody = shifts[0]["agent"]
    feed = await answer(api.post(f"/v1/workforce/agents/{somebody}/calendar"))
    events = (await api.get(feed["url"])).text.count("BEGIN:VEVENT")
    mine = sum(one["agent"] == somebody for one in shifts)
    say("CALENDAR", f"has each shift of an agent: {'yes' if events >= mine else 'no'}")


def by_hour(rows: list[dict[str, Any]]) -> dict[int, float]:
    """The calls expected in each hour of Berlin."""
    hours: dict[int, float] = {}
    for row in rows:
        hour = datetime.fromisoformat(row["starts_at"]).astimezone(BERLIN).hour
        hours[hour] = hours.get(hour, 0) + row["arrivals"]
    return hours


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['MCI_KEY']}"}
    async with httpx.AsyncClient(base_url=os.environ["MCI_URL"], headers=headers, timeout=30) as api:
        await a_day(api)
        await next_week(api)


if __name__ == "__main__":
    if sys.argv[1:] == ["history"]:
        history()
    elif missing := [name for name in ("MCI_URL", "MCI_KEY") if not os.environ.get(name)]:
        sys.exit(f"Set {' and '.join(missing)} first, as docs/tutorials/plan-a-week.md does")
    else:
        try:
            asyncio.run(main())
        except KeyboardInterrupt:
            sys.exit(130)
        except (httpx.HTTPError, OSError, WebSocketException) as lost:
            sys.exit(f"The router at {os.environ['MCI_URL']} does not answer: {type(lost).__name__} {lost}")
