"""Interim service levels: dated promises by class, by which contacts are due and measured."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.documents import small
from tests.support.service import Workspace, eventually
from tests.support.watching import watching

Make = Callable[..., Awaitable[Workspace]]

HOUR_S = 3_600
COMPLAINT = "a formal complaint, I demand a manager"


def today() -> datetime:
    return datetime.now(UTC)


def launch(**more: Any) -> dict[str, Any]:
    """The seeds' first 90 days: P1 within 4 hours, P2 within 24, P3 within 72, day and night."""
    return {
        "name": "launch",
        "begins_on": (today() - timedelta(days=1)).date().isoformat(),
        "ends_on": (today() + timedelta(days=88)).date().isoformat(),
        "classes": [
            {"name": "P1", "priority_from": 8, "within_s": 4 * HOUR_S},
            {"name": "P2", "priority_from": 4, "within_s": 24 * HOUR_S},
            {"name": "P3", "within_s": 72 * HOUR_S},
        ],
        **more,
    }


def with_launch(*levels: dict[str, Any]) -> dict[str, Any]:
    return small(interim_service_levels=list(levels) or [launch()])


async def due_in_s(workspace: Workspace, contact: dict[str, Any]) -> float:
    """After how many seconds a contact is due, as the queue's own clock counts."""
    shown = await workspace.contact(contact["id"])
    due, since = (datetime.fromisoformat(shown[name]) for name in ("due_at", "enqueued_at"))
    return (due - since).total_seconds()


async def report(workspace: Workspace, what: str = "interim", **query: Any) -> dict[str, Any]:
    answer = await workspace.api.get(f"/v1/service-levels/{what}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put(workspace: Workspace, level: dict[str, Any]) -> Any:
    return await workspace.api.put(f"/v1/interim_service_levels/{level['name']}", json=level)


async def test_a_contact_is_due_by_its_class(make: Make) -> None:
    """The first class that takes it says by when; the answer, the reasons and the decision name it."""
    workspace = await make(with_launch())
    for priority, of, hours in ((9, "P1", 4), (5, "P2", 24), (0, "P3", 72)):
        posted = await workspace.post(COMPLAINT, priority=priority)
        assert await due_in_s(workspace, posted) == pytest.approx(hours * HOUR_S, abs=1)
        route = posted["route"]
        assert route["service_level"] == {"level": "launch", "class_name": of, "within_s": hours * HOUR_S, "goal": 0.9}
        by = datetime.fromisoformat(route["reply_by"])
        assert by - today() == pytest.approx(timedelta(hours=hours), abs=timedelta(minutes=1))
        assert any(f"launch, class {of}: due within {hours} h" in reason for reason in route["reasons"])


async def test_before_and_afterwards_the_queues_own_level_holds(make: Make) -> None:
    """One that begins tomorrow and one that ended yesterday change nothing, nor does one for another queue."""
    days = {name: (today() + timedelta(days=shift)).date().isoformat() for name, shift in (("past", -2), ("next", 2))}
    past = launch(name="past", begins_on=days["past"], ends_on=days["past"])
    later = launch(name="later", begins_on=days["next"])
    elsewhere = launch(
        name="elsewhere", queues=["fraud_desk"], ends_on=(today() + timedelta(days=1)).date().isoformat()
    )
    workspace = await make(with_launch(past, later, elsewhere))
    posted = await workspace.post(COMPLAINT)
    assert posted["route"]["service_level"] is None
    assert await due_in_s(workspace, posted) == pytest.approx(120, abs=1)  # the desk's


async def test_topics_and_channels_make_classes_too(make: Make) -> None:
    """And what no class takes keeps its queue's level."""
    classes = [
        {"name": "fraud", "topics": ["card_fraud"], "within_s": 600},
        {"name": "mail", "channels": ["email"], "within_s": 7_200},
    ]
    workspace = await make(with_launch(launch(classes=classes)))
    fraud = await workspace.post("someone stole my card", topic="card_fraud")
    mail = await workspace.post(COMPLAINT, channel="email", customer={"email": "sam@example.com"})
    other = await workspace.post(COMPLAINT)
    assert await due_in_s(workspace, fraud) == pytest.approx(600, abs=1)
    assert await due_in_s(workspace, mail) == pytest.approx(7_200, abs=1)
    assert await due_in_s(workspace, other) == pytest.approx(120, abs=1)


async def test_what_is_due_first_goes_first(make: Make) -> None:
    """A P1 that came after a P3 is offered before it, although it is younger: its hours are fewer."""
    workspace = await make(with_launch())
    third = await workspace.post(COMPLAINT, priority=0)
    first = await workspace.post(COMPLAINT, priority=9)
    async with workspace.desk("ann") as ann:
        offers = [(await ann.expect("offer.created"))["contact"]["id"] for _ in range(2)]
    assert offers == [first["id"], third["id"]]


async def test_a_changed_level_reaches_those_who_wait(make: Make) -> None:
    """A level put, and deleted again, moves the due time of who waits, counted from when they came."""
    workspace = await make(small())
    posted = await workspace.post(COMPLAINT)

    async def until_due_in(seconds: float) -> None:
        async def moved() -> bool:
            return abs(await due_in_s(workspace, posted) - seconds) < 1

        await eventually(moved)

    await until_due_in(120)
    assert (await put(workspace, launch())).is_success
    await until_due_in(72 * HOUR_S)
    assert (await workspace.api.delete("/v1/interim_service_levels/launch")).status_code == 204
    await until_due_in(120)


async def test_two_that_would_hold_at_once_are_refused(make: Make) -> None:
    """By both doors, with the other's name and days; on other days or for other queues they are taken."""
    workspace = await make(with_launch())
    twice = await put(workspace, launch(name="second"))
    assert twice.status_code == 422
    assert "launch holds from" in twice.text
    first = date_of(launch()["ends_on"]) + timedelta(days=1)
    later = launch(name="second", begins_on=first.isoformat(), ends_on=(first + timedelta(days=30)).isoformat())
    assert (await put(workspace, later)).is_success


def date_of(said: str) -> Any:
    return datetime.fromisoformat(said).date()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_on": "2020-01-01"}, "ends before it begins"),
        ({"begins_on": "2020-01-01"}, "longer than 730 days"),
        ({"classes": []}, "at least 1"),
        ({"classes": [{"name": "P1", "within_s": 60}, {"name": "P2", "within_s": 60}]}, "takes everything"),
        ({"classes": [{"name": "P1", "priority_from": n, "within_s": 60} for n in (5, 1)]}, "two classes of one name"),
        ({"queues": ["nowhere"]}, "there is no queue named"),
        ({"classes": [{"name": "P1", "topics": ["nothing"], "within_s": 60}]}, "there is no topic named"),
    ],
)
async def test_what_makes_no_sense_is_refused(make: Make, wrong: dict[str, Any], said: str) -> None:
    """With words that say how to mend it."""
    workspace = await make(small())
    answer = await put(workspace, launch(**wrong))
    assert answer.status_code == 422
    assert said in answer.text


async def test_the_report_says_which_promises_were_kept(make: Make) -> None:
    """By class: answered in time, and still waiting, not due; nothing is judged of so few."""
    workspace = await make(with_launch())
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT, priority=9)
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await ann.do("presence.set", state="away")
        await workspace.post(COMPLAINT, priority=0)
        await workspace.projected()
        found = await report(workspace)
    (level,) = found["levels"]
    first, second, third = level["classes"]
    assert (level["level"], level["state"]) == ("launch", "in_force")
    assert (first["contacts"], first["in_time"], first["verdict"]) == (1, 1, "not_measured")
    assert (second["contacts"], second["share"]["n"]) == (0, 0)
    assert (third["contacts"], third["pending"], third["share"]["n"]) == (1, 1, 0)
    assert found["cut"] is False


async def test_what_came_elsewhere_was_promised_nothing(make: Make) -> None:
    """A contact counts by what it was promised where it came to: one that is transferred into a level is not in it."""
    workspace = await make(with_launch(launch(queues=["fraud_desk"])))
    posted = await workspace.post(COMPLAINT, priority=9)
    assert posted["route"]["service_level"] is None
    moved = await workspace.api.post(
        f"/v1/contacts/{posted['id']}/transfer", json={"queue": "fraud_desk", "reason": "fraud"}
    )
    assert moved.is_success, moved.text
    assert moved.json()["route"]["service_level"]["class_name"] == "P1"
    await workspace.projected()
    (level,) = (await report(workspace))["levels"]
    assert [one["contacts"] for one in level["classes"]] == [0, 0, 0]
    (target,) = (await report(workspace, "proposal"))["targets"]
    assert (target["queue"], target["level"], target["promised_s"]) == ("desk", None, 120)


async def test_a_target_is_proposed_beside_what_was_promised(make: Make) -> None:
    """For each queue and class, with how many it is of; of so few it proposes nothing."""
    workspace = await make(with_launch())
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT, priority=9)
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await workspace.projected()
        found = await report(workspace, "proposal", level="launch")
    (target,) = found["targets"]
    assert (target["queue"], target["level"], target["class_name"]) == ("desk", "launch", "P1")
    assert (target["n"], target["answered"], target["promised_s"]) == (1, 1, 4 * HOUR_S)
    assert [one["share"] for one in target["had"]] == [0.8, 0.9]
    assert target["had"][0]["seconds"] < 60
    assert (target["measured"], target["proposed_s"]) == (False, None)


async def test_a_proposal_of_what_is_not_there_is_refused(make: Make) -> None:
    """An unknown level, one that has not begun, and a period that is too long are problems, not answers."""
    later = launch(name="later", begins_on=(today() + timedelta(days=3)).date().isoformat())
    workspace = await make(with_launch(later))
    for query, status in (
        ({"level": "nothing"}, 404),
        ({"level": "later"}, 422),
        ({"since": "2026-01-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}, 422),
    ):
        answer = await workspace.api.get("/v1/service-levels/proposal", params=query)
        assert answer.status_code == status, answer.text


async def test_the_wallboard_is_at_risk_by_what_is_promised(make: Make) -> None:
    """A queue's target on the wallboard, by which it is at risk, is that of its shortest class while one holds."""
    workspace = await make(with_launch(launch(queues=["desk"])))
    async with watching(workspace) as screen:
        picture = await screen.until(lambda seen: "desk" in seen["queues"])
    targets = {name: queue["target_s"] for name, queue in picture["queues"].items()}
    assert targets == {"desk": 4 * HOUR_S, "voice": 20, "fraud_desk": 20, "catch_all": 120}
