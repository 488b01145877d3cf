"""Incidents over the API: an open one answers the contacts it matches, and its subscribers hear of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.incidents.store import MOST_UPDATES
from tests.conftest import _remove
from tests.support.incidents import TEXTS, act, incident, read, until_informed, until_told, with_services
from tests.support.problems import assert_problem
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually, make_workspace

Make = Callable[..., Awaitable[Workspace]]


@pytest.fixture
async def down(make: Make) -> Workspace:
    """A workspace whose topics have services."""
    return await make(with_services())


@pytest.fixture(scope="module")
async def lasting(service: tuple[str, Parts]) -> AsyncIterator[Workspace]:
    """The same for tests that leave no incident behind."""
    url, parts = service
    document = with_services()
    workspace_id, key = await make_workspace(parts.database, document)
    await parts.snapshots.get(workspace_id)
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        yield Workspace(url, workspace_id, document["workspace"]["name"], key, api, parts.database, parts.engine)
    await _remove(parts, workspace_id)


async def say(workspace: Workspace, contact_id: str, what: str) -> Any:
    return await workspace.api.post(f"/v1/contacts/{contact_id}/{what}")


async def test_an_open_incident_answers_a_contact_at_intake(down: Workspace) -> None:
    """In the customer's language, before the ladder, for many at once, and holding no agent; the decision says why."""
    made = await incident(down, expected_fix_at="2031-01-01T12:00:00Z")
    contact = await down.post(topic="sign_in", language="de")
    route = contact["route"]
    assert (contact["state"], route["outcome"], route["rung"], route["queue"]) == ("automating", "incident", -1, None)
    assert (route["incident"]["id"], route["incident"]["status"], route["message"]) == (
        made["id"],
        TEXTS["de"],
        TEXTS["de"],
    )
    assert route["incident"]["expected_fix_at"] == "2031-01-01T12:00:00.000Z"
    assert contact["triage"]["modality"] == "one_to_many"
    decision = (await down.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
    assert made["id"] in " ".join(decision["route"]["reasons"])
    kept = await down.contact(contact["id"])
    assert (kept["outcome"], kept["served_by"]["kind"], kept["served_by"]["ref"]) == (
        "incident",
        "incident",
        made["id"],
    )
    assert (await read(down, made["id"]))["subscribers"] == 1


async def test_a_language_without_a_text_gets_the_english_one(down: Workspace) -> None:
    """Or any, where there is no English one."""
    made = await incident(down)
    assert (await down.post(topic="sign_in", language="fr"))["route"]["message"] == TEXTS["en"]
    await down.api.patch(f"/v1/incidents/{made['id']}", json={"status": {"en": None}})
    assert (await down.post(topic="sign_in", language="fr"))["route"]["message"] == TEXTS["de"]


@pytest.mark.parametrize(
    ("spec", "contact", "answered"),
    [
        ({}, {"topic": "sign_in"}, True),
        ({}, {"topic": "how_to"}, False),
        ({"regions": ["North"]}, {"topic": "sign_in"}, False),
        ({"regions": ["North"]}, {"topic": "sign_in", "context": {"region": "north "}}, True),
        ({"regions": ["North"]}, {"topic": "sign_in", "customer": {"attributes": {"region": "NORTH"}}}, True),
        ({"services": ["accounts"]}, {"topic": "sign_in", "context": {"services": ["tv"]}}, False),
        ({"topics": [], "services": ["apps"]}, {"topic": "how_to"}, False),
        ({"topics": [], "services": ["apps"]}, {"topic": "how_to", "context": {"service": "apps"}}, True),
        ({}, {"topic": "sign_in", "customer": {"attributes": {"vulnerable": True}}}, False),
        ({}, {"text": "hello there"}, False),
    ],
)
async def test_an_incident_answers_only_what_it_is_about(
    lasting: Workspace, spec: dict[str, Any], contact: dict[str, Any], answered: bool
) -> None:
    """In doubt it does not: an unsaid region, another service, an unsure topic, a vulnerable customer."""
    made = await incident(lasting, **spec)
    outcome = (await lasting.post(**contact))["route"]["outcome"]
    await act(lasting, made["id"], "fix")
    assert (outcome == "incident") is answered


async def test_a_sensitive_contact_is_never_answered_by_an_incident(down: Workspace) -> None:
    """Not by name, not by its service, and not when its topic became sensitive after the incident was opened."""
    await incident(down, topics=["sign_in"], services=["cards"])
    assert (await down.post(topic="card_fraud"))["route"]["outcome"] == "agent"
    await down.api.patch("/v1/topics/sign_in", json={"sensitive": True, "touch": "high"})
    answer = await down.post(topic="sign_in")
    assert (answer["route"]["outcome"], answer["triage"]["sensitive"]) == ("agent", True)


async def test_subscribers_are_told_of_each_update_and_of_the_fix_once_and_in_order(down: Workspace) -> None:
    """In their language; one who came after an update was answered with it, and is not told of it again."""
    made = await incident(down)
    first = (await down.post(topic="sign_in", language="de", channel_ref="chat-7"))["id"]
    await act(down, made["id"], "updates", status={"en": "Half of it is back.", "de": "Die Hälfte geht wieder."})
    second = await down.post(topic="sign_in", language="en")
    assert second["route"]["message"] == "Half of it is back."
    await act(down, made["id"], "fix", status={"en": "It works again."})
    told = await until_told(down, first, 2)
    assert [(one["update"], one["kind"], one["status_text"]) for one in told] == [
        (1, "status", "Die Hälfte geht wieder."),
        (2, "fixed", "It works again."),
    ]
    assert all((one["incident"], one["channel"], one["channel_ref"]) == (made["id"], "chat", "chat-7") for one in told)
    assert [one["kind"] for one in await until_told(down, second["id"], 1)] == ["fixed"]
    found = await until_informed(down, made["id"])
    assert (found["subscribers"], found["informed"], found["contacts_spared"]) == (2, 2, 2)
    assert [(update["number"], update["kind"]) for update in found["updates"]] == [(2, "fixed"), (1, "status")]
    assert len(await until_told(down, first, 2)) == 2


async def test_a_fix_without_words_says_that_it_is_fixed(down: Workspace) -> None:
    """What customers were told before is not true any more."""
    made = await incident(down)
    contact = (await down.post(topic="sign_in"))["id"]
    await act(down, made["id"], "fix")
    (told,) = await until_told(down, contact, 1)
    assert (told["kind"], "status_text" in told) == ("fixed", False)
    assert (await down.post(topic="sign_in"))["route"]["outcome"] != "incident"


async def test_silence_after_the_fix_resolves_the_contact(make: Make) -> None:
    """When the workspace's time for objections has passed."""
    workspace = await make(with_services(incident_keep_s=0.2))
    made = await incident(workspace)
    contact = (await workspace.post(topic="sign_in"))["id"]
    await act(workspace, made["id"], "fix")
    await workspace.until_state(contact, "resolved")

    async def reasons() -> list[str]:
        return [
            event["data"]["why"] for event in await workspace.events(contact) if event["type"] == "contact.resolved"
        ]

    assert await eventually(reasons) == ["incident_fixed"]
    assert_problem(await say(workspace, contact, "still_broken"), 409, "wrong_state")


async def test_still_broken_brings_the_contact_to_an_agent_with_raised_priority(down: Workspace) -> None:
    """To a person, from the bottom of its ladder; said again it changes nothing, and it is told nothing more."""
    made = await incident(down)
    contact = (await down.post(topic="sign_in", priority=7))["id"]
    await act(down, made["id"], "fix")
    await until_told(down, contact, 1)
    answer = (await say(down, contact, "still_broken")).json()
    assert (answer["route"]["outcome"], answer["triage"]["touch"], answer["state"]) == ("agent", "high", "queued")
    assert "still broken" in answer["route"]["reasons"][0]
    again = (await say(down, contact, "still_broken")).json()
    assert (again["route"], again["state"]) == (answer["route"], "queued")
    shown = await down.contact(contact)
    assert (shown["priority"], shown["cell"], shown["rung"]) == (10, "high_volume_high_touch", 0)
    found = await read(down, made["id"])
    assert (found["still_broken"], found["contacts_spared"]) == (1, 0)


async def test_before_the_fix_nothing_can_be_still_broken(down: Workspace) -> None:
    """The refusal says what to do; a contact that no incident has answered cannot say it at all."""
    await incident(down)
    contact = (await down.post(topic="sign_in"))["id"]
    assert "unresolved" in assert_problem(await say(down, contact, "still_broken"), 409, "wrong_state")["detail"]
    other = (await down.post(topic="how_to"))["id"]
    assert_problem(await say(down, other, "still_broken"), 409, "wrong_state")
    assert_problem(await say(down, "con_00000000000000000000000000000000", "still_broken"), 404, "not_found")


async def test_a_contact_that_is_about_something_else_takes_its_own_ladder(down: Workspace) -> None:
    """`unresolved` before the fix: from the bottom, with its own touch; it gets no further updates."""
    made = await incident(down)
    contact = (await down.post(topic="sign_in"))["id"]
    answer = (await down.api.post(f"/v1/contacts/{contact}/unresolved", json={"rung": -1})).json()
    assert (answer["route"]["outcome"], answer["route"]["rung"], answer["triage"]["touch"]) == ("automation", 0, "low")
    again = (await down.api.post(f"/v1/contacts/{contact}/unresolved", json={"rung": -1})).json()
    assert again["route"] == answer["route"]
    await act(down, made["id"], "updates", status={"en": "Soon."})
    await act(down, made["id"], "fix")
    found = await until_informed(down, made["id"])
    assert (found["informed"], found["contacts_spared"], found["still_broken"]) == (0, 1, 0)
    assert not [event for event in await down.events(contact) if event["type"] == "contact.informed"]


async def test_a_customer_who_has_left_is_told_nothing(down: Workspace) -> None:
    """An ended contact has no channel to be told over."""
    made = await incident(down)
    contact = (await down.post(topic="sign_in"))["id"]
    await say(down, contact, "resolve")
    await act(down, made["id"], "fix")
    found = await until_informed(down, made["id"])
    assert (found["subscribers"], found["informed"]) == (1, 0)


async def test_an_incident_counts_the_minutes_of_agents_it_has_spared(down: Workspace) -> None:
    """Contacts spared, at their topic's handle time; unknown as long as no agent has handled one."""
    made = await incident(down)
    for _ in range(3):
        await down.post(topic="sign_in")
    assert (await read(down, made["id"]))["agent_minutes_saved"] is None
    handled = (await down.post(topic="sign_in", customer={"attributes": {"vulnerable": True}}))["id"]
    async with down.ledger() as session:
        await session.execute(
            text(
                "UPDATE contacts SET state = 'completed', answered_at = now() - interval '90 seconds', ended_at = "
                "now(), "
                "journal_id = '9' WHERE id = :id"
            ),
            {"id": handled},
        )
    found = await read(down, made["id"])
    assert (found["contacts_spared"], found["agent_minutes_saved"]) == (3, 4.5)


async def test_an_incident_goes_from_proposed_to_open_to_fixed(down: Workspace) -> None:
    """A proposed one answers nobody; declared with what the body changes; each step only from where it leads on."""
    made = await incident(down, declare=False, status={})
    assert (made["state"], made["version"], made["source"]) == ("proposed", 1, "operator")
    assert (await down.post(topic="sign_in"))["route"]["outcome"] == "automation"
    assert_problem(await down.api.post(f"/v1/incidents/{made['id']}/declare"), 422, "status_missing")
    for refused, body in (("updates", {"status": TEXTS}), ("fix", None)):
        assert_problem(await down.api.post(f"/v1/incidents/{made['id']}/{refused}", json=body), 409, "wrong_state")
    opened = await act(down, made["id"], "declare", status=TEXTS, topics=["how_to"])
    assert (opened["state"], opened["topics"], bool(opened["declared_at"])) == ("open", ["how_to"], True)
    assert (await down.post(topic="how_to"))["route"]["outcome"] == "incident"
    assert (
        "fix"
        in assert_problem(await down.api.post(f"/v1/incidents/{made['id']}/dismiss"), 409, "wrong_state")["detail"]
    )
    assert (await act(down, made["id"], "fix"))["state"] == "fixed"
    assert_problem(await down.api.patch(f"/v1/incidents/{made['id']}", json={"title": "x"}), 409, "wrong_state")
    other = await incident(down, declare=False)
    assert (await act(down, other["id"], "dismiss"))["state"] == "dismissed"


async def test_the_workspaces_own_words_are_the_status_of_an_incident_without_any(make: Make) -> None:
    """They become the incident's, so that it keeps them."""
    workspace = await make(with_services(incident_status={"en": "We know, and work on it."}))
    made = await incident(workspace, status={})
    assert made["status"] == {"en": "We know, and work on it."}


@pytest.mark.parametrize(
    ("spec", "slug"),
    [
        ({"topics": []}, "incident_matches_everything"),
        ({"topics": [], "regions": ["north"]}, "incident_matches_everything"),
        ({"topics": ["sign_in", "how_to", "complaint"]}, "incident_matches_everything"),
        ({"topics": [], "services": ["tv"]}, "incident_matches_nothing"),
        ({"topics": [], "services": ["cards"]}, "incident_matches_nothing"),
        ({"topics": ["nonsense"]}, "unknown_topic"),
        ({"topics": ["card_fraud"]}, "topic_sensitive"),
        ({"status": {}, "declare": True}, "status_missing"),
        ({"status": {"English": "x"}}, "invalid_request"),
        ({"status": {"en": "x" * 2_001}}, "invalid_request"),
        ({"services": ["x"] * 51}, "invalid_request"),
        ({"regions": [" "]}, "invalid_request"),
        ({"surprise": 1}, "invalid_request"),
    ],
)
async def test_an_incident_that_cannot_be_is_refused_with_what_to_do(
    lasting: Workspace, spec: dict[str, Any], slug: str
) -> None:
    """One that would answer everybody, nobody, or what must stay with people; and nothing is kept of it."""
    before = (await lasting.api.get("/v1/incidents")).json()
    wanted = {"title": "Down", "topics": ["sign_in"], "status": TEXTS, **spec}
    assert_problem(await lasting.api.post("/v1/incidents", json=wanted), 422, slug)
    assert (await lasting.api.get("/v1/incidents")).json() == before


async def test_most_topics_of_a_workspace_may_be_down_in_one_region(down: Workspace) -> None:
    """The region tells contacts apart."""
    made = await incident(down, topics=["sign_in", "how_to", "complaint"], regions=["north"])
    assert_problem(
        await down.api.patch(f"/v1/incidents/{made['id']}", json={"regions": []}), 422, "incident_matches_everything"
    )


async def test_a_change_asks_for_the_version_that_was_read(down: Workspace) -> None:
    """`If-Match`, as other resources have it; a change without effect changes no version."""
    made = await incident(down)
    address = f"/v1/incidents/{made['id']}"
    changed = await down.api.patch(address, json={"severity": "P1"}, headers={"If-Match": f'"{made["version"]}"'})
    assert (changed.status_code, changed.json()["severity"]) == (200, "P1")
    assert changed.headers["ETag"] == f'"{made["version"] + 1}"' == (await down.api.get(address)).headers["ETag"]
    stale = await down.api.patch(address, json={"severity": "P3"}, headers={"If-Match": f'"{made["version"]}"'})
    assert_problem(stale, 412, "version_mismatch")
    assert (await down.api.patch(address, json={"severity": "P1"})).headers["ETag"] == changed.headers["ETag"]
    assert_problem(await down.api.patch(address, json={"status": None}), 422, "status_missing")


async def test_the_updates_of_an_incident_are_bounded(down: Workspace) -> None:
    """It can still be fixed."""
    made = await incident(down)
    async with down.ledger() as session:
        await session.execute(
            text("UPDATE incidents SET updates = :most WHERE id = :id"), {"most": MOST_UPDATES, "id": made["id"]}
        )
    refused = await down.api.post(f"/v1/incidents/{made['id']}/updates", json={"status": TEXTS})
    assert "declare another" in assert_problem(refused, 409, "wrong_state")["detail"]
    assert (await act(down, made["id"], "fix"))["state"] == "fixed"


async def test_incidents_are_listed_newest_first_and_by_state(down: Workspace) -> None:
    """Page by page."""
    made = [(await incident(down, declare=place == 1))["id"] for place in range(3)]
    page = (await down.api.get("/v1/incidents", params={"limit": 2})).json()
    rest = (await down.api.get("/v1/incidents", params={"limit": 2, "cursor": page["next_cursor"]})).json()
    assert [one["id"] for one in [*page["items"], *rest["items"]]] == made[::-1]
    opened = (await down.api.get("/v1/incidents", params={"state": "open"})).json()["items"]
    assert [one["id"] for one in opened] == [made[1]]


async def test_another_workspace_sees_and_changes_nothing(down: Workspace, make: Make) -> None:
    """Its key gets 404, its list is empty, and its contacts are not answered."""
    made = await incident(down)
    other = await make(with_services())
    address = f"/v1/incidents/{made['id']}"
    for response in (
        await other.api.get(address),
        await other.api.patch(address, json={"title": "x"}),
        await other.api.post(f"{address}/fix"),
        await other.api.post(f"{address}/updates", json={"status": TEXTS}),
    ):
        assert_problem(response, 404, "not_found")
    assert (await other.api.get("/v1/incidents")).json()["items"] == []
    assert (await other.post(topic="sign_in"))["route"]["outcome"] == "automation"
    assert (await read(down, made["id"]))["state"] == "open"


async def test_incidents_need_their_own_scopes(down: Workspace) -> None:
    """Reading and writing each."""
    made = (await down.api.post("/v1/api-keys", json={"name": "bi", "scopes": ["incidents:read"]})).json()["key"]
    headers = {"Authorization": f"Bearer {made}"}
    assert (await down.api.get("/v1/incidents", headers=headers)).status_code == 200
    refused = await down.api.post("/v1/incidents", json={"title": "x", "topics": ["sign_in"]}, headers=headers)
    assert_problem(refused, 403, "scope_missing")
