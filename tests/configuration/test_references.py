"""Every name that a resource uses must exist."""

from typing import Any

from mci_router.configuration.references import Specs, check, users_of
from mci_router.specs import AgentSpec, ArticleSpec, PolicySpec, QueueSpec, Spec, TopicSpec, WorkspaceSpec
from tests.support.rows import every

SERVICE_LEVEL = {"goal": 0.8, "target_s": 20}
CAPACITY = {"units": 1, "channels": {"chat": 1}}


def queue(name: str = "desk", **more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": name, "service_level": SERVICE_LEVEL, **more})


@every(
    ("kind", "spec", "path", "wanted"),
    [
        ("queue", queue(skills=[{"skill": "x"}]), ("skills", 0, "skill"), "skill"),
        ("queue", queue(when_closed={"action": "queue", "queue": "x"}), ("when_closed", "queue"), "queue"),
        ("queue", queue(relaxation=[{"after_s": 9, "widen": "x"}]), ("relaxation", 0, "widen"), "queue"),
        ("queue", queue(overflow=[{"wait_s": 9, "to_queue": "x"}]), ("overflow", 0, "to_queue"), "queue"),
        ("topic", TopicSpec(name="t", title="T", queue="x"), ("queue",), "queue"),
        ("article", ArticleSpec(name="a", title="A", topic="x", body="B"), ("topic",), "topic"),
        (
            "agent",
            AgentSpec.model_validate({"name": "ann", "title": "Ann", "skills": [{"skill": "x"}], "capacity": CAPACITY}),
            ("skills", 0, "skill"),
            "skill",
        ),
        (
            "agent",
            AgentSpec.model_validate({"name": "ann", "title": "Ann", "capacity": CAPACITY | {"queues": {"x": 1}}}),
            ("capacity", "queues", "x"),
            "queue",
        ),
        (
            "workspace",
            WorkspaceSpec(name="w", title="W", language_skills={"de": "x"}),
            ("language_skills", "de"),
            "skill",
        ),
        (
            "policy",
            PolicySpec.model_validate(
                {"name": "low_volume_high_touch", "ladder": [{"outcome": "agent", "queue": "x"}]}
            ),
            ("ladder", 0, "queue"),
            "queue",
        ),
    ],
)
def test_a_reference_to_nothing_is_a_fault_with_its_path(
    kind: str, spec: Spec, path: tuple[str | int, ...], wanted: str
) -> None:
    """And says what is missing."""
    (fault,) = check({kind: {"it": spec}})
    assert (fault.kind, fault.name, fault.path) == (kind, "it", path)
    assert fault.problem == f"there is no {wanted} named 'x'"


def test_what_exists_is_no_fault() -> None:
    """Two queues may name each other."""
    one, two = (
        queue("one", overflow=[{"wait_s": 9, "to_queue": "two"}]),
        queue("two", overflow=[{"wait_s": 9, "to_queue": "one"}]),
    )
    assert check({"queue": {"one": one, "two": two}}) == []


def test_a_second_catch_all_is_a_fault() -> None:
    """It names the first."""
    (fault,) = check({"queue": {"one": queue("one", catch_all=True), "two": queue("two", catch_all=True)}})
    assert (fault.name, fault.path) == ("two", ("catch_all",))
    assert "queue one is the catch-all already" in fault.problem


def test_who_uses_a_resource_is_told_by_kind_and_name() -> None:
    """The refusal names what refers to it."""
    specs: Specs = {
        "queue": {"desk": queue(), "night": queue("night", overflow=[{"wait_s": 9, "to_queue": "desk"}])},
        "topic": {"bill": TopicSpec(name="bill", title="Bill", queue="desk")},
    }
    assert sorted(users_of(specs, "queue", "desk")) == ["queue night", "topic bill"]
    assert users_of(specs, "queue", "night") == []
