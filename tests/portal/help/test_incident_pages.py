"""Service status: what is broken, planned and mended; and who asks hears of the fix over their own channel."""

from datetime import timedelta
from typing import Any

from mci_router.clock import moment, utc_now
from tests.portal.help.conftest import Make, Visit, with_portal
from tests.support.incidents import act, incident
from tests.support.outbound import adapter, key_of, reading
from tests.support.problems import assert_problem
from tests.support.service import Workspace

SAM = "sam@example.com"


async def test_open_incidents_are_shown_and_proposed_ones_are_not(portal: Workspace, visit: Visit) -> None:
    """In the visitor's language, with what was said before; on the first page, too. What is fixed is past."""
    await incident(portal, declare=False, title="Perhaps a fire")
    made = await incident(portal, title="Nobody signs in <b>")
    sam = await visit(portal, **{"Accept-Language": "de"})
    page = await sam.open("incidents")
    assert "Die Anmeldung ist gestört." in page.text
    assert "Nobody signs in &lt;b&gt;" in sam.answer.text
    assert "fire" not in page.text
    assert "Nobody signs in" in (await sam.open()).text
    await act(portal, made["id"], "updates", status={"en": "Half of it works.", "de": "Die Hälfte geht."})
    page = await sam.open("incidents")
    assert "Die Hälfte geht." in page.text
    await act(portal, made["id"], "fix", status={"de": "Alles geht wieder."})
    page = await sam.open("incidents")
    assert page.text.index("von keiner Störung") < page.text.index("Alles geht wieder.")
    assert "Die Hälfte geht." in page.text
    assert not [action for action in page.forms if "follow" in action]


async def test_who_wants_to_hear_of_the_fix_hears_of_it_by_mail(make: Make, visit: Visit) -> None:
    """A contact that the incident answers; each update and the fix go out once, and stand on the case's page."""
    workspace = await make(with_portal())
    await adapter(workspace, "mail", channels=["email"])
    made = await incident(workspace, title="Sign-in is down")
    sam = await visit(workspace)
    await sam.open("incidents")
    (action,) = [action for action in sam.page.forms if action.endswith("/follow")]
    await sam.send(action, 422, email="nonsense")
    (action,) = [action for action in sam.page.forms if action.endswith("/follow")]
    await sam.send(action, email=SAM)
    assert sam.reference
    assert "Sign-in is down. We work on it." in sam.answer.text
    key = await key_of(workspace, "messages:deliver", adapter="mail")
    async with reading(workspace, key, "mail") as stream:
        await act(workspace, made["id"], "updates", status={"en": "Half of it works."})
        assert await stream.texts(1) == ["This is an automatic message.\n\nHalf of it works."]
        await act(workspace, made["id"], "fix")
        assert await stream.texts(1) == ["It is fixed."]
    await sam.open("case")
    assert sam.answer.text.count("Half of it works.") >= 1
    assert "It is fixed." in sam.answer.text
    await sam.send("case/broken")
    (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
    assert contact["state"] == "queued"


async def test_planned_maintenance_is_shown_and_answers_nobody_outside_its_window(
    portal: Workspace, visit: Visit
) -> None:
    """Before it starts and from its end on, contacts go their usual way; in between it answers them."""
    now = utc_now()
    window: dict[str, Any] = {
        "starts_at": moment(now + timedelta(hours=2)),
        "ends_at": moment(now + timedelta(hours=4)),
    }
    made = await incident(portal, title="Upgrade", **window)
    assert (made["starts_at"], made["ends_at"]) == (window["starts_at"], window["ends_at"])
    sam = await visit(portal)
    page = await sam.open("incidents")
    assert page.text.index("Planned maintenance") < page.text.index("Upgrade")
    assert "No problem" not in page.text
    assert not [action for action in page.forms if "follow" in action]
    assert "Everything works" in (await sam.open()).text
    assert (await portal.post("cannot sign in", topic="sign_in"))["route"]["outcome"] == "automation"
    for start, outcome in ((-2, "incident"), (-9, "automation")):
        changed = {
            "starts_at": moment(now + timedelta(hours=start)),
            "ends_at": moment(now + timedelta(hours=start + 3)),
        }
        patched = await portal.api.patch(
            f"/v1/incidents/{made['id']}", json=changed, headers={"Content-Type": "application/merge-patch+json"}
        )
        assert patched.status_code == 200, patched.text
        assert (await portal.post("cannot sign in", topic="sign_in"))["route"]["outcome"] == outcome
    assert "Upgrade" in (await sam.open("incidents")).text


async def test_a_window_that_ends_before_it_starts_is_refused(portal: Workspace) -> None:
    now = utc_now()
    later, sooner = moment(now + timedelta(hours=2)), moment(now)
    for wrong in ({"ends_at": later}, {"starts_at": later, "ends_at": sooner}):
        body = {"title": "Upgrade", "topics": ["sign_in"], "status": {"en": "x"}, **wrong}
        assert_problem(await portal.api.post("/v1/incidents", json=body), 422, "invalid_request")
