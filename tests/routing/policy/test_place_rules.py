"""Whose places a change of the configuration concerns."""

from copy import deepcopy
from typing import Any

from benchmarks.workspace import snapshot_of

from mci_router.routing.policy.place_rules import Concerned, changed_rules, concerned, place_rules
from mci_router.specs import WorkspaceFile
from tests.support.documents import closed_now, small
from tests.support.rows import every


def rules(document: dict[str, Any]) -> dict[str, str]:
    return place_rules(snapshot_of(WorkspaceFile.model_validate(document)))


def of(document: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    return next(one for one in document[kind] if one["name"] == name)


@every(
    ("kind", "name", "change", "whom"),
    [
        ("queues", "desk", {"units": 3}, {"queues": {"desk"}}),
        ("queues", "desk", {"service_level": {"goal": 0.8, "target_s": 60}}, {"queues": {"desk"}}),
        ("queues", "desk", {"service_level": {"goal": 0.9, "target_s": 120}}, {}),
        ("queues", "desk", {"tier": 2}, {"queues": {"desk", "voice"}}),
        ("queues", "desk", {"description": "The desk"}, {}),
        ("queues", "fraud_desk", {"skills": []}, {"queues": {"fraud_desk"}, "looks": {"voice"}}),
        ("queues", "voice", {"overflow": []}, {"looks": {"voice"}}),
        ("topics", "complaint", {"skills": []}, {"topics": {"complaint"}}),
        ("topics", "complaint", {"title": "Complaints", "queue": "desk"}, {}),
        ("agents", "ann", {"skills": []}, {}),
        ("articles", "reset", {"title": "Forgotten"}, {}),
    ],
)
def test_a_change_concerns_those_whose_places_follow_from_it(
    kind: str, name: str, change: dict[str, Any], whom: dict[str, Any]
) -> None:
    """Voice relaxes to who serves the desk, and overflows to the fraud desk."""
    before = small()
    of(before, "queues", "voice").update(
        relaxation=[{"after_s": 5, "widen": "desk"}], overflow=[{"wait_s": 60, "to_queue": "fraud_desk"}]
    )
    after = deepcopy(before)
    of(after, kind, name).update(change)
    found = concerned(changed_rules(rules(before), rules(after)), [], ["desk"])
    kinds: dict[str, Any] = {name: frozenset(names) for name, names in whom.items()}
    assert found == Concerned(**kinds)


def test_languages_calendars_and_skills_that_are_gone_concern_who_has_them() -> None:
    before = small()
    of(before, "queues", "desk")["hours"] = {
        "timezone": "UTC",
        "week": {"mon": [{"open": "08:00", "close": "12:00"}]},
        "holidays": [],
    }
    after = deepcopy(before)
    after["workspace"]["language_skills"] = {"de": "billing"}
    of(after, "queues", "desk")["hours"]["holidays"] = ["2026-12-25"]
    found = concerned(changed_rules(rules(before), rules(after)), ["german"], [])
    assert found == Concerned(frozenset({"desk"}), languages=frozenset({"de"}), skills=frozenset({"german"}))


def test_where_nothing_is_known_of_before_everybody_is_looked_at() -> None:
    assert concerned(changed_rules({}, rules(small())), [], []).all
    assert not concerned(changed_rules(rules(small()), rules(small())), [], ["desk"])


@every(
    ("action", "kind", "name", "change", "looked_at"),
    [
        ("queue", "agents", "ann", {"skills": [{"skill": "fraud", "proficiency": 3}]}, True),
        ("queue", "agents", "ann", {"capacity": {"units": 12, "channels": {"chat": 3}}}, True),
        ("queue", "agents", "ann", {"title": "Anna"}, False),
        ("queue", "agents", "ann", {"capacity": {"units": 6, "channels": {"voice": 2, "chat": 9}}}, False),
        ("queue", "queues", "voice", {"tier": 2}, True),
        ("queue", "policies", "low_volume_high_touch", {"ladder": [{"outcome": "agent"}]}, False),
        ("community", "policies", "low_volume_high_touch", {"ladder": [{"outcome": "agent"}]}, True),
        ("community", "agents", "ann", {"skills": []}, False),
    ],
)
def test_what_a_closed_queue_holds_is_looked_at_when_that_may_let_it_go(
    action: str, kind: str, name: str, change: dict[str, Any], looked_at: bool
) -> None:
    """Who can serve it where it would go, for which voice's agents will do later, or whether it may be posted. While the
    queue is open nobody is looked at for that.
    """
    before = small()
    ladder = [{"outcome": "community", "channels": ["email"]}, {"outcome": "agent"}]
    before["policies"] = [{"name": "low_volume_high_touch", "ladder": ladder}]
    sent_to = {"queue": "fraud_desk"} if action == "queue" else {}
    of(before, "queues", "desk").update(hours=closed_now(), when_closed={"action": action, **sent_to})
    of(before, "queues", "fraud_desk")["relaxation"] = [{"after_s": 5, "widen": "voice"}]
    after = deepcopy(before)
    of(after, kind, name).update(change)
    changed = changed_rules(rules(before), rules(after))
    assert ("desk" in concerned(changed, [], ["desk"]).looks) is looked_at
    assert "desk" not in concerned(changed, [], []).looks
