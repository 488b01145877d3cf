"""Monitors over the API: a signed alert opens, updates and fixes its incident, and nothing unsigned does anything."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.clock import moment, utc_now
from mci_router.webhooks.signing import new_secret
from tests.support.incidents import alert, incident, informed, monitor, read, until_told, with_services
from tests.support.problems import assert_problem
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


@pytest.fixture
async def watched(make: Make) -> tuple[Workspace, dict[str, Any]]:
    """A workspace and its monitor."""
    workspace = await make(with_services())
    return workspace, await monitor(workspace)


async def test_an_alert_opens_updates_and_fixes_its_incident(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """One incident from the first alert to the fix; subscribers hear of a new status and of the fix, and of no
    repetition.
    """
    workspace, its = watched
    opened = (await alert(workspace, its, severity="P1", services=["accounts"])).json()
    assert opened["state"] == "open"
    found = await read(workspace, opened["incident_id"])
    assert (found["source"], found["severity"], found["external_id"], found["monitor_id"]) == (
        "monitoring",
        "P1",
        "login-errors",
        its["id"],
    )
    contact = (await workspace.post(topic="sign_in", language="en"))["id"]
    again = (await alert(workspace, its, severity="P1", services=["accounts"])).json()
    assert again == opened
    assert (await read(workspace, opened["incident_id"]))["version"] == found["version"]
    await alert(workspace, its, status={"en": "Half of it is back."}, services=["accounts"])
    fixed = await alert(workspace, its, state="fixed", status={"en": "It works again."})
    assert fixed.json() == {"incident_id": opened["incident_id"], "state": "fixed", "ignored": False}
    told = await until_told(workspace, contact, 2)
    assert [one["status_text"] for one in told] == ["Half of it is back.", "It works again."]
    nothing = {"incident_id": None, "state": None, "ignored": False}
    assert (await alert(workspace, its, state="fixed")).json() == nothing
    await _long_since(workspace, opened["incident_id"], "fixed_at")
    second = (await alert(workspace, its)).json()
    assert second["incident_id"] != opened["incident_id"]


async def _long_since(workspace: Workspace, incident_id: str, column: str) -> None:
    """Makes what happened to the incident just now happen ten minutes ago."""
    moved = text(f"UPDATE incidents SET {column} = {column} - interval '601 seconds' WHERE id = :id")
    async with workspace.ledger() as session:
        await session.execute(moved, {"id": incident_id})


async def test_an_alert_that_was_overtaken_is_ignored(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """By the monitor's own time: whatever comes late, also before there ever was an incident. Of the moment of a fix, or
    from before a person's, a firing is late, too.
    """
    workspace, its = watched
    seen = utc_now() - timedelta(minutes=2)
    told = {"incident_id": None, "state": None}
    fixed = await alert(workspace, its, state="fixed", at=moment(seen))
    assert fixed.json() == {**told, "ignored": False}
    late = await alert(workspace, its, at=moment(seen - timedelta(seconds=1)))
    assert (late.status_code, late.json()) == (200, {**told, "ignored": True})
    assert (await alert(workspace, its, at=moment(seen - timedelta(days=30)), alert="older")).json()["ignored"]
    assert (await workspace.api.get("/v1/incidents")).json()["items"] == []
    assert (await alert(workspace, its, at=moment(seen))).json() == {**told, "ignored": True}
    opened = (await alert(workspace, its, at=moment(seen + timedelta(milliseconds=1)))).json()
    assert (opened["state"], opened["ignored"]) == ("open", False)
    overtaken = await alert(workspace, its, state="fixed", ago_s=120 + 30)  # signed before, and with no time of its own
    assert overtaken.json() == {**opened, "ignored": True}
    assert (await read(workspace, opened["incident_id"]))["state"] == "open"
    assert (await workspace.api.post(f"/v1/incidents/{opened['incident_id']}/fix")).status_code == 200
    late = await alert(workspace, its, at=moment(utc_now() - timedelta(seconds=4)))
    assert late.json() == {**opened, "state": "fixed", "ignored": True}
    to_come = await alert(workspace, its, at=moment(utc_now() + timedelta(hours=1)))
    assert_problem(to_come, 422, "invalid_request")


async def test_what_flaps_is_one_incident_and_says_so_once(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """Fixed, open again, and, however often it goes on, fixed once that has held for ten minutes: three messages. The
    contact does not end for the fix that was none.
    """
    workspace, its = watched
    opened = (await alert(workspace, its)).json()["incident_id"]
    contact = (await workspace.post(topic="sign_in", language="en"))["id"]
    await alert(workspace, its, state="fixed", status={"en": "It works again."})
    await until_told(workspace, contact, 1)
    for _ in range(3):
        again = (await alert(workspace, its, status={"en": "It is back."})).json()
        assert (again["incident_id"], again["state"]) == (opened, "open")
        await until_told(workspace, contact, 2)
        assert (await alert(workspace, its, state="fixed", status={"en": "Fixed."})).json()["state"] == "fixed"
    told = await informed(workspace, contact)
    assert [(one["kind"], one["update"]) for one in told] == [("fixed", 1), ("reopened", 2)]
    assert told[1]["status_text"] == "It is back."
    held = await read(workspace, opened)
    assert (held["updates"][0]["kind"], held["updates"][0]["finished_at"]) == ("fixed", None)
    assert held["updates"][0]["due_at"] > moment(utc_now() + timedelta(minutes=9))
    async with workspace.ledger() as session:
        row = await session.execute(text("SELECT rung_limit_at FROM contacts WHERE id = :id"), {"id": contact})
        assert row.scalar_one() is None
        await session.execute(text("UPDATE incident_updates SET due_at = now() WHERE due_at > now()"))
    told = await until_told(workspace, contact, 3)
    assert (told[2]["kind"], told[2]["status_text"]) == ("fixed", "Fixed.")
    entries = (await workspace.api.get("/v1/audit", params={"target": opened})).json()["items"]
    assert [entry["after"]["state"] for entry in entries if "state" in entry["after"]][:2] == ["fixed", "open"]


async def test_an_alert_without_a_title_is_called_by_its_name(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """A monitor always has a name for what it sees."""
    workspace, its = watched
    opened = (await alert(workspace, its, title=None)).json()
    assert (await read(workspace, opened["incident_id"]))["title"] == "login-errors"


async def test_the_same_message_again_changes_nothing(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """The answer is the first one's, also after the incident is fixed; another alert under that id is refused."""
    workspace, its = watched
    first = await alert(workspace, its, message_id="msg_1")
    await alert(workspace, its, message_id="msg_2", state="fixed")
    assert (await alert(workspace, its, message_id="msg_1")).json() == first.json()
    assert len((await workspace.api.get("/v1/incidents")).json()["items"]) == 1
    assert_problem(await alert(workspace, its, message_id="msg_1", title="Other"), 422, "idempotency_key_reused")


async def test_only_what_a_monitor_has_just_signed_is_taken(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """A wrong secret, a stale or odd timestamp, no signature, an unknown monitor: 401 alike, before the body is looked
    at.
    """
    workspace, its = watched
    stranger = {"id": "mon_00000000000000000000000000000000", "secret": new_secret()}
    odd = {"webhook-id": "msg_1", "webhook-timestamp": "1e9", "webhook-signature": "v1,x"}
    refused = [
        await alert(workspace, its, secret=new_secret()),
        await alert(workspace, its, ago_s=330),
        await alert(workspace, its, ago_s=-330),
        await alert(workspace, its, headers={}),
        await alert(workspace, its, headers=odd),
        await alert(workspace, stranger),
        await alert(workspace, its, secret=new_secret(), state="no such state"),
    ]
    told = [assert_problem(response, 401, "signature_refused") for response in refused]
    assert len({one["detail"] for one in told}) == 1
    assert (await workspace.api.get("/v1/incidents")).json()["items"] == []
    assert (await alert(workspace, its, ago_s=290)).status_code == 200


async def test_a_signed_alert_that_cannot_be_an_incident_is_refused(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """As if a person had sent it; the same message is taken once it is right."""
    workspace, its = watched
    assert_problem(await alert(workspace, its, topics=["card_fraud"]), 422, "topic_sensitive")
    assert_problem(await alert(workspace, its, topics=[]), 422, "incident_matches_everything")
    assert_problem(await alert(workspace, its, state="no such state"), 422, "invalid_request")
    assert_problem(await alert(workspace, its, message_id="msg_1", status={}), 422, "status_missing")
    await workspace.api.patch("/v1/topics/sign_in", json={"title": "Sign in"})
    assert (await alert(workspace, its, message_id="msg_1")).json()["state"] == "open"


async def test_a_monitors_secret_is_shown_once_and_it_can_be_deleted(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """Then its alerts are refused; its incidents stay."""
    workspace, its = watched
    assert its["secret"].startswith("whsec_")
    opened = (await alert(workspace, its)).json()
    listed = await workspace.api.get("/v1/monitors")
    assert [one["id"] for one in listed.json()["items"]] == [its["id"]]
    assert its["secret"] not in listed.text
    assert (await workspace.api.delete(f"/v1/monitors/{its['id']}")).status_code == 204
    assert_problem(await alert(workspace, its), 401, "signature_refused")
    assert (await read(workspace, opened["incident_id"]))["state"] == "open"
    assert_problem(await workspace.api.delete(f"/v1/monitors/{its['id']}"), 404, "not_found")


async def test_another_workspace_knows_nothing_of_a_monitor(
    watched: tuple[Workspace, dict[str, Any]], make: Make
) -> None:
    """Its key cannot list or delete it; an alert concerns its own workspace alone, whatever its name."""
    workspace, its = watched
    other = await make(with_services())
    await incident(other)
    assert (await other.api.get("/v1/monitors")).json()["items"] == []
    assert_problem(await other.api.delete(f"/v1/monitors/{its['id']}"), 404, "not_found")
    await alert(workspace, its)
    assert len((await other.api.get("/v1/incidents")).json()["items"]) == 1
    assert [one["source"] for one in (await workspace.api.get("/v1/incidents")).json()["items"]] == ["monitoring"]


async def test_an_api_key_is_no_signature(watched: tuple[Workspace, dict[str, Any]]) -> None:
    """With a key, use `/v1/incidents`."""
    workspace, its = watched
    body = {"alert": "a", "state": "firing", "topics": ["sign_in"]}
    response: httpx.Response = await workspace.api.post(f"/v1/monitors/{its['id']}/alerts", json=body)
    assert_problem(response, 401, "signature_refused")
