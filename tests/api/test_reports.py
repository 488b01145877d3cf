"""What is and what was: matrix, reports, metrics and health, each moving as contacts move."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mci_router.clock import utc_now
from mci_router.settings import Settings
from tests.support.documents import with_queue
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

SIGN_IN = "I forgot my password and cannot log in"
COMPLAINT = "a formal complaint, I demand a manager"


async def metrics(workspace: Workspace) -> dict[tuple[str, str], float]:
    """Every sample by its name and the values of its labels but the workspace, which each of them has."""
    response = await workspace.api.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain")
    return {
        (
            sample.name,
            "/".join(sample.labels[name] for name in sorted(sample.labels, reverse=True) if name != "workspace"),
        ): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
        if sample.labels["workspace"] == workspace.name
    }


async def level(workspace: Workspace, queue: str) -> dict[str, Any]:
    report = (await workspace.api.get("/v1/reports/service-level")).json()
    return next((one for one in report["queues"] if one["queue"] == queue), {})


async def serve(workspace: Workspace, **contact: Any) -> None:
    """One contact, answered at once by Ann and completed."""
    async with workspace.desk("ann") as ann:
        posted = await workspace.post(COMPLAINT, **contact)
        offer = await ann.expect("offer.created")
        taken = await ann.do("offer.accept", offer_id=offer["offer_id"])
        await ann.do("assignment.complete", assignment_id=taken["assignment_id"], disposition="solved")
        await ann.do("wrap_up.done", assignment_id=taken["assignment_id"])
        await workspace.until_state(posted["id"], "completed")


async def test_the_matrix_shows_every_topic_in_its_cell(shared: Workspace) -> None:
    """Expected volumes until they are measured, touch as configured, and the ladder of each of the four cells."""
    matrix = (await shared.api.get("/v1/matrix")).json()
    cells = {place["topic"]: (place["cell"], place["measured"], place["sensitive"]) for place in matrix["topics"]}
    assert cells == {
        "sign_in": ("high_volume_low_touch", False, False),
        "how_to": ("low_volume_low_touch", False, False),
        "card_fraud": ("low_volume_high_touch", False, True),
        "complaint": ("low_volume_high_touch", False, False),
    }
    assert len(matrix["ladders"]) == 4
    assert [rung["outcome"] for rung in matrix["ladders"]["high_volume_low_touch"]] == [
        "automation",
        "community",
        "agent",
    ]


async def test_the_matrix_counts_contacts(workspace: Workspace) -> None:
    """Contacts of the last hour and the topic's share of them, within seconds."""
    for said in (SIGN_IN, SIGN_IN, SIGN_IN, COMPLAINT):
        await workspace.post(said)

    async def counted() -> bool:
        places = (await workspace.api.get("/v1/matrix")).json()["topics"]
        return {
            place["topic"]: (place["contacts_last_hour"], place["share"])
            for place in places
            if place["contacts_last_hour"]
        } == {
            "sign_in": (3, 0.75),
            "complaint": (1, 0.25),
        }

    await eventually(counted)


async def test_the_service_level_has_both_forms_and_its_tail(workspace: Workspace) -> None:
    """Short abandons leave the forgiving form only; the report names goal, target, waiting, ASA, AHT and abandonment."""
    assert (await workspace.api.get("/v1/reports/service-level")).json()["queues"] == []
    await serve(workspace)
    quick = await workspace.post(COMPLAINT)
    await workspace.api.post(f"/v1/contacts/{quick['id']}/abandon")
    await workspace.post(COMPLAINT)

    async def reported() -> dict[str, Any] | None:
        desk = await level(workspace, "desk")
        moved = desk and desk["abandoned"] == 1 and desk["answered"] == 1 and desk["aht_s"] is not None
        return desk if moved and desk["waiting"] else None

    desk = await eventually(reported)
    assert (desk["goal"], desk["target_s"], desk["offered"], desk["waiting"]) == (0.8, 120, 2, 1)
    assert (desk["service_level"], desk["strict_service_level"], desk["abandonment"]) == (1.0, 0.5, 0.0)
    assert 0 <= desk["asa_s"] <= desk["p99_wait_s"] < 5
    assert (desk["mean_excess_s"], desk["aht_s"] >= 0) == (0, True)


async def test_who_is_answered_late_counts_against_the_service_level(make: Any, settings: Settings) -> None:
    """A target of a tenth of a second: answered, not in time, and the excess is told."""
    short = timedelta(seconds=settings.short_abandon_s)
    workspace = await make(with_queue("desk", service_level={"goal": 0.8, "target_s": 0.1}))
    await workspace.post(COMPLAINT)
    left = await workspace.post(COMPLAINT)

    async def late() -> bool:
        return utc_now() - datetime.fromisoformat(left["route"]["reply_by"]) > short

    await eventually(late)
    await workspace.api.post(f"/v1/contacts/{left['id']}/abandon")
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])

    async def reported() -> dict[str, Any] | None:
        desk = await level(workspace, "desk")
        return desk if desk.get("answered") == 1 and desk["abandoned"] == 1 else None

    desk = await eventually(reported)
    assert (desk["answered_in_time"], desk["service_level"], desk["strict_service_level"], desk["abandonment"]) == (
        0,
        0.0,
        0.0,
        0.5,
    )
    assert desk["mean_excess_s"] > 0


async def test_the_contacts_report_counts_by_cell_outcome_and_state(workspace: Workspace) -> None:
    """And the share that automation resolved, of all contacts."""
    solved, _ = await workspace.post(SIGN_IN), await workspace.post(COMPLAINT)
    await workspace.api.post(f"/v1/contacts/{solved['id']}/resolve")

    async def reported() -> bool:
        report = (await workspace.api.get("/v1/reports/contacts")).json()
        counts = {(row["cell"], row["outcome"], row["state"]): row["contacts"] for row in report["counts"]}
        return bool(
            report["automated"] == 0.5
            and counts
            == {("high_volume_low_touch", "automation", "resolved"): 1, ("low_volume_high_touch", "agent", "queued"): 1}
        )

    await eventually(reported)
    past = (
        await workspace.api.get("/v1/reports/contacts?until=2020-01-02T00:00:00Z&since=2020-01-01T00:00:00Z")
    ).json()
    assert (past["counts"], past["automated"], past["since"]) == ([], None, "2020-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-01-01T00:00:00",
        "since=2020-01-01T00:00:00Z",
        "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "until=0001-01-01T00:00:00Z",
        "until=9999-12-31T23:59:59-14:00",
    ],
)
@pytest.mark.parametrize("report", ["service-level", "contacts"])
async def test_a_period_that_makes_no_sense_is_refused(shared: Workspace, report: str, query: str) -> None:
    """422: without an offset, backwards, longer than 93 days, or beyond the calendar."""
    assert_problem(await shared.api.get(f"/v1/reports/{report}?{query}"), 422, "invalid_request")


async def test_the_metrics_move_as_contacts_move(workspace: Workspace) -> None:
    """Prometheus can read them; they count contacts, offers, presences, waiting, waits, service level and abandons."""
    fresh = await metrics(workspace)
    assert fresh["mci_queue_waiting", "desk"] == 0
    first = await workspace.post(COMPLAINT)
    await workspace.post(SIGN_IN)
    waiting = await metrics(workspace)
    assert waiting["mci_queue_waiting", "desk"] == 1
    assert (waiting["mci_contacts_total", "agent"], waiting["mci_contacts_total", "automation"]) == (1, 1)
    await workspace.api.post(f"/v1/contacts/{first['id']}/abandon")
    await serve(workspace)
    after = await metrics(workspace)
    assert (after["mci_queue_waiting", "desk"], after["mci_abandoned_total", "desk"]) == (0, 1)
    assert (after["mci_offers_total", "created"], after["mci_offers_total", "accepted"]) == (1, 1)
    assert (after["mci_service_level", "desk"], after["mci_service_level_strict", "desk"]) == (1, 0.5)
    assert after["mci_wait_seconds_count", "desk"] == after["mci_wait_seconds_bucket", "desk/+Inf"] == 2
    assert after["mci_wait_seconds_sum", "desk"] < 5
    async with workspace.desk("fred"):
        assert (await metrics(workspace))["mci_agents", "available"] == after.get(("mci_agents", "available"), 0) + 1
