"""The live picture: one stream a screen, one reading for all of them, and no more than the key may see."""

from typing import Any

import pytest

from mci_router.api import live
from mci_router.api.live import difference
from mci_router.api.live_sections import SOURCES
from mci_router.api.parts import Parts
from mci_router.supervision import readings
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually
from tests.support.watching import watching

COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "someone stole my card and bought things"


async def key_with(workspace: Workspace, *scopes: str) -> dict[str, Any]:
    made: dict[str, Any] = (
        await workspace.api.post("/v1/api-keys", json={"name": "a screen", "scopes": scopes})
    ).json()
    return made


async def test_a_screen_sees_queues_and_agents_change(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """First everything, then what differs: who waits and since when, who has what, what was answered, incidents."""
    async with watching(workspace) as screen, watching(workspace) as second:
        kind, picture = await screen.next()
        assert kind == "snapshot"
        assert list(picture["queues"]) == ["voice", "desk", "fraud_desk", "catch_all"]
        assert picture["queues"]["desk"]["state"] == "too_few"
        assert (picture["agents"]["ann"]["presence"], picture["stale"]) == ("offline", {})
        assert set(picture["topics"]) == {"sign_in", "how_to", "card_fraud", "complaint"}
        first = await workspace.post(COMPLAINT)
        waits = await screen.until(lambda seen: seen["queues"]["desk"]["waiting"] == 1)
        assert waits["queues"]["desk"]["oldest_since"] is not None
        assert waits["queues"]["desk"]["unstaffed"] == 1
        listed = (await workspace.api.get("/v1/queues/desk/waiting")).json()
        assert [(one["id"], one["late"], one["topic"]) for one in listed["items"]] == [
            (first["id"], False, "complaint")
        ]
        assert (listed["waiting"], listed["waiting_late"]) == (1, 0)
        assert listed["items"][0]["since"] == waits["queues"]["desk"]["oldest_since"]
        assert (
            await workspace.api.post("/v1/incidents", json={"title": "Outage", "topics": ["sign_in"]})
        ).status_code == 201
        async with workspace.desk("ann") as ann:
            offer = await ann.expect("offer.created")
            await screen.until(lambda seen: [one["state"] for one in seen["agents"]["ann"]["contacts"]] == ["offered"])
            await ann.do("offer.accept", offer_id=offer["offer_id"])
            served = await screen.until(lambda seen: seen["agents"]["ann"]["idle_since"] is None)
            served = await screen.until(lambda seen: seen["agents"]["ann"]["contacts"][0]["state"] == "assigned")
            (held,) = served["agents"]["ann"]["contacts"]
            assert (held["id"], held["queue"], held["topic"]) == (first["id"], "desk", "complaint")
            assert (served["agents"]["ann"]["presence"], served["queues"]["desk"]["staffed"]) == ("available", 1)
            warm = {"queue": "fraud_desk", "warm": True, "reason": "it is fraud after all"}
            assert (await workspace.api.post(f"/v1/contacts/{first['id']}/transfer", json=warm)).status_code == 200
            await screen.until(lambda seen: seen["agents"]["ann"]["contacts"][0]["transferring"])
            asked = (await workspace.api.get("/v1/queues/fraud_desk/waiting")).json()
            assert [(one["id"], one["state"], one["late"]) for one in asked["items"]] == [
                (first["id"], "assigned", False)
            ]
            assert (await workspace.api.post(f"/v1/contacts/{first['id']}/transfer/cancel")).status_code == 200
            await screen.until(lambda seen: not seen["agents"]["ann"]["contacts"][0]["transferring"])
            done = await screen.until(lambda seen: seen["levels"].get("desk", {}).get("answered") == 1)
            assert (done["levels"]["desk"]["service_level"], done["levels"]["desk"]["met"]) == (1, None)
            await screen.until(lambda seen: [one["title"] for one in seen["incidents"].values()] == ["Outage"])
        assert all("at" in data for _, data in screen.events)
        assert await second.until(lambda seen: seen["agents"]["ann"]["holds"] == 1)
        assert len(service[1].readings) == len(SOURCES)  # one each, for two screens

    async def nobody_reads() -> bool:
        return len(service[1].readings) == 0

    await eventually(nobody_reads)


async def test_a_screen_sees_what_its_key_may(workspace: Workspace) -> None:
    """Without the scope a section is empty; a sensitive contact is a number, and who may not read any sees none."""
    async with workspace.desk("fred") as fred:
        contact = (await workspace.post(FRAUD))["id"]
        await fred.expect("offer.created")
        seen = {}
        for scopes in (("metrics:read",), ("metrics:read", "reports:read", "contacts:read"), ()):
            key = (await key_with(workspace, *scopes))["key"] if scopes else workspace.key
            async with watching(workspace, key, for_s=0) as screen:
                _, seen[scopes] = await screen.next()
                assert await screen.next() == ("end", {"why": "time_over"})
    bare, reader, whole = seen.values()
    assert [bool(bare[name]) for name in ("queues", "agents", "levels", "contacts", "topics")] == [1, 1, 0, 0, 0]
    assert [bool(reader[name]) for name in ("queues", "agents", "contacts", "topics")] == [1, 1, 1, 1]
    for cut in (bare, reader):
        assert (cut["agents"]["fred"]["holds"], cut["agents"]["fred"]["contacts"]) == (1, [])
        assert contact not in str(cut)
    assert [held["id"] for held in whole["agents"]["fred"]["contacts"]] == [contact]
    nobody = {"Authorization": "Bearer mci_nobody"}
    assert_problem(await workspace.api.get("/v1/live", headers=nobody), 401, "not_authenticated")
    reports = (await key_with(workspace, "reports:read"))["key"]
    headers = {"Authorization": f"Bearer {reports}"}
    assert_problem(await workspace.api.get("/v1/live", headers=headers), 403, "scope_missing")
    assert_problem(await workspace.api.get("/v1/live?hours=0"), 422, "invalid_request")


async def test_a_stream_ends_with_its_key_and_is_one_of_so_many(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revoked key's screen is told so; a screen too many is asked to come back; a quiet stream beats."""
    monkeypatch.setattr(live, "KEY_S", 0.1)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(live, "LOOK_S", 0.1)
    made = await key_with(workspace, "metrics:read")
    async with watching(workspace, made["key"]) as screen:
        await screen.next()
        while (await screen.next())[0] != "heartbeat":
            pass
        monkeypatch.setattr(readings, "MOST_OF_A_WORKSPACE", 1)
        refused = await workspace.api.get("/v1/live")
        assert_problem(refused, 503, "too_many_streams")
        assert refused.headers["Retry-After"] == "10"
        await workspace.api.delete(f"/v1/api-keys/{made['id']}")
        while (last := await screen.next())[0] != "end":
            pass
    assert last == ("end", {"why": "key_revoked"})


def test_a_difference_is_what_changed_and_what_is_gone() -> None:
    """Nothing else is sent again."""
    assert difference({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 4, "d": 5}) == {"b": 4, "c": None, "d": 5}
    assert difference({"a": {"x": [1]}}, {"a": {"x": [1]}}) == {}
