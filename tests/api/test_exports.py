"""Exports: all rows in one answer, as the reports have them, one at a time a key, and whole or visibly not."""

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.access.keys import Scope, make_key
from mci_router.api import export_stream, exports
from mci_router.errors import TooManyAtOnce
from mci_router.insight import records
from mci_router.insight.export_leases import LEASE_S, MOST_OF_WORKSPACE
from tests.api.test_interval_reports import DAY, berlin
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import TLS, Workspace, eventually

LEASES = text("SELECT count(*) FROM export_leases WHERE workspace_id = :workspace")
COLUMNS = text(
    "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'reporting' AND table_name = :view"
    " ORDER BY ordinal_position"
)
ALL_OF_IT = {"since": "2026-10-25T00:00:00Z", "until": "2026-10-26T00:00:00Z"}


async def lines(workspace: Workspace, name: str, **query: Any) -> list[dict[str, Any]]:
    response = await begun(workspace, name, format="ndjson", **query)
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


async def begun(workspace: Workspace, name: str, **query: Any) -> httpx.Response:
    """An export that is read to its end: the next may follow at once."""
    response = await workspace.api.get(f"/v1/exports/{name}", params=query)
    assert response.status_code == 200, response.text
    return response


async def nothing_runs(workspace: Workspace) -> bool:
    async with workspace.database.transaction() as session:
        return bool(await session.scalar(LEASES, {"workspace": workspace.id}) == 0)


async def test_an_export_has_what_the_report_has(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row by row, over pages that nobody sees, as JSON and as CSV."""
    workspace = await berlin(make)
    monkeypatch.setattr(exports, "PAGE", 2)
    asked = DAY | {"interval": "PT15M", "group_by": "queue,agent"}
    report = (await workspace.api.get("/v1/reports/queues", params=asked)).json()["rows"]
    assert len(report) == 5
    assert await lines(workspace, "queues", **asked) == report
    whole = (await workspace.api.get("/v1/reports/queues", params={**asked, "format": "csv"})).text
    assert (await begun(workspace, "queues", **asked)).text == whole
    for name in ("arrivals", "agents", "backlog", "evenness", "surveys", "resolutions", "fcr", "self-service"):
        route = f"/v1/reports/{name}"
        assert await lines(workspace, name, **DAY) == (await workspace.api.get(route, params=DAY)).json()["rows"]


async def test_records_come_whole_in_order_and_counted(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stay and each contact once, whatever the pages; the header says how many; the columns are the views'."""
    workspace = await berlin(make)
    monkeypatch.setattr(records, "PAGE", 3)
    response = await begun(workspace, "segments", **ALL_OF_IT)
    rows = list(csv.DictReader(StringIO(response.text)))
    assert (response.headers["X-Total-Count"], len(rows)) == ("8", 8)
    assert [row["entered_at"] for row in rows] == sorted(row["entered_at"] for row in rows)
    assert len({(row["contact_id"], row["n"]) for row in rows}) == 8
    assert sum(float(row["talk_s"]) for row in rows) == 270 + 300 + 100
    contacts = await lines(workspace, "contacts")
    assert len({row["id"] for row in contacts}) == len(contacts) == 6
    async with workspace.database.transaction() as session:
        for view, row in (("segments", rows[0]), ("contacts", contacts[0])):
            assert list(row) == list(await session.scalars(COLUMNS, {"view": view}))


async def test_sensitive_contacts_are_for_keys_that_may_see_them(workspace: Workspace) -> None:
    """With their stays; and nobody's words are in any of it."""
    await workspace.post("a formal complaint about the aardwolf, I demand a manager")
    await workspace.post("someone stole my card, this is fraud, says the aardwolf")
    await workspace.projected()
    async with workspace.database.transaction() as session:
        scopes = [Scope.REPORTS_READ, Scope.CONTACTS_READ]
        _, key = await make_key(session, workspace.id, "without", scopes)
    for name in ("contacts", "segments"):
        seen = await begun(workspace, name)
        assert len(seen.text.splitlines()) == 1 + 2
        assert "aardwolf" not in seen.text
        without = await workspace.api.get(f"/v1/exports/{name}", headers={"Authorization": f"Bearer {key}"})
        assert len(without.text.splitlines()) == 1 + 1


async def test_another_workspace_has_none_of_it(make: Any) -> None:
    """Its own records alone."""
    await berlin(make)
    other: Workspace = await make()
    for name in ("contacts", "segments"):
        assert await lines(other, name) == []


async def test_a_key_has_one_export_at_a_time(make: Any) -> None:
    """Another one is refused until the first is read, or was left for long; a workspace has a few."""
    workspace: Workspace = await make(small())
    async with workspace.database.transaction() as session:
        keys = [
            (await make_key(session, workspace.id, str(number), [*Scope]))[1] for number in range(MOST_OF_WORKSPACE)
        ]
        running = "INSERT INTO export_leases (workspace_id, key_id, token) SELECT workspace_id, id, id FROM api_keys"
        await session.execute(text(f"{running} WHERE workspace_id = :id AND name = 'test'"), {"id": workspace.id})
    refused = await workspace.api.get("/v1/exports/queues")
    assert_problem(refused, 429, "export_running")
    assert refused.headers["Retry-After"] == "10"
    other = {"Authorization": f"Bearer {keys[0]}"}
    assert (await workspace.api.get("/v1/exports/queues", headers=other)).status_code == 200
    async with workspace.database.transaction() as session:
        rest = f"{running} WHERE workspace_id = :id AND name <> '0' ON CONFLICT DO NOTHING"
        await session.execute(text(rest), {"id": workspace.id})
    assert_problem(await workspace.api.get("/v1/exports/queues", headers=other), 429, "export_running")
    async with workspace.database.transaction() as session:
        old = "UPDATE export_leases SET seen_at = now() - CAST(:by AS interval) WHERE workspace_id = :id"
        await session.execute(text(old), {"id": workspace.id, "by": timedelta(seconds=LEASE_S + 1)})
    assert (await workspace.api.get("/v1/exports/queues")).status_code == 200


async def test_what_is_refused_leaves_no_lease(workspace: Workspace) -> None:
    """The next export goes on at once."""
    for name, wrong in (
        ("queues", {"group_by": "shoe_size"}),
        ("contacts", {"since": "2020-01-01T00:00:00Z"}),
        ("segments", {"format": "xml"}),
        ("queues", {"limit": "3"}),
    ):
        assert_problem(await workspace.api.get(f"/v1/exports/{name}", params=wrong), 422, "invalid_request")
    assert_problem(await workspace.api.get("/v1/exports/shoes"), 404, "not_found")
    await eventually(lambda: nothing_runs(workspace))
    assert (await workspace.api.get("/v1/exports/queues")).status_code == 200


async def test_too_long_an_export_is_refused_before_it_begins(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its length is known; else it breaks off, and the client hears of that."""
    workspace = await berlin(make)
    monkeypatch.setattr(exports, "MOST_ROWS", 7)
    monkeypatch.setattr(export_stream, "MOST_ROWS", 4)
    monkeypatch.setattr(exports, "PAGE", 2)
    assert_problem(await workspace.api.get("/v1/exports/segments", params=ALL_OF_IT), 422, "invalid_request")
    asked = DAY | {"interval": "PT15M", "group_by": "queue,agent"}
    with pytest.raises(httpx.RemoteProtocolError):
        await workspace.api.get("/v1/exports/queues", params=asked)
    await eventually(lambda: nothing_runs(workspace))


async def test_an_export_waits_for_its_turn(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the workspace's requests fill the service, it goes on once they are served, and is not refused between
    two pages.
    """
    monkeypatch.setattr(export_stream, "WAIT_S", 0.01)
    tries = iter([TooManyAtOnce(), TooManyAtOnce(), None])

    async def work() -> str:
        if problem := next(tries):
            raise problem
        return "done"

    assert await export_stream.in_turn(work) == "done"


async def test_a_client_that_leaves_or_stops_reading_is_let_go(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its lease is free again, so that it need not wait to ask again; what it has read is not taken for the whole."""
    workspace: Workspace = await make()
    await many_stays(workspace)
    client = httpx.AsyncClient(base_url=workspace.url, headers=dict(workspace.api.headers), timeout=20, verify=TLS)
    async with client as leaver, leaver.stream("GET", "/v1/exports/segments", params=ALL_OF_IT) as response:
        await anext(response.aiter_raw())
        assert not await nothing_runs(workspace)
    await eventually(lambda: nothing_runs(workspace))
    monkeypatch.setattr(export_stream, "TAKEN_IN_S", 0.3)
    client = httpx.AsyncClient(base_url=workspace.url, headers=dict(workspace.api.headers), timeout=20, verify=TLS)
    asked = ALL_OF_IT | {"format": "ndjson"}
    async with client as slow, slow.stream("GET", "/v1/exports/segments", params=asked) as response:
        assert int(response.headers["X-Total-Count"]) == MANY
        await eventually(lambda: nothing_runs(workspace))
        with pytest.raises(httpx.RemoteProtocolError):
            await response.aread()


MANY = 60_000
SOME = text(
    "INSERT INTO segments (workspace_id, contact_id, n, entered_at, queue, channel, cell) SELECT :workspace, :contact, n,"
    " timestamptz '2026-10-25T00:00:00Z' + n * interval '1 second', 'desk', 'chat', 'low_volume_low_touch'"
    " FROM generate_series(1, CAST(:many AS int)) AS n"
)


async def many_stays(workspace: Workspace) -> None:
    """More than any socket holds back."""
    contact = (await workspace.post())["id"]
    async with workspace.ledger() as session:
        await session.execute(SOME, {"workspace": workspace.id, "contact": contact, "many": MANY})
