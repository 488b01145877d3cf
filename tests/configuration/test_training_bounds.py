"""Bounds: what a workspace may configure, at every door."""

from collections.abc import Awaitable, Callable

import pytest

from mci_router.api.parts import Parts
from mci_router.configuration import workspace_file
from mci_router.configuration.training_bounds import Amounts, Bounds
from mci_router.errors import TooManyExamples
from mci_router.specs import WorkspaceFile
from tests.support.documents import SMALL, small
from tests.support.problems import assert_problem
from tests.support.service import Workspace


def test_only_what_grows_over_the_bound_is_refused() -> None:
    """A workspace that was above it before it was set may still have less, and change everything else."""
    bounds = Bounds(topics_times_examples=100)
    bounds.check(Amounts(0, 0), Amounts(4, 25))
    bounds.check(Amounts(5, 30), Amounts(5, 25))
    bounds.check(Amounts(5, 30), Amounts(5, 30))
    with pytest.raises(TooManyExamples, match=r"5 topics with 21 examples in all make 105.* 4 for each"):
        bounds.check(Amounts(4, 25), Amounts(5, 21))


async def test_topics_times_examples_are_bounded_over_rest_and_in_a_file(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four topics of five examples are eighty: a fifth with six is 130, and one without any counts for nothing."""
    workspace, parts = await make(), service[1]
    monkeypatch.setattr(parts.settings, "triage_topics_times_examples", 120)
    topic = {"name": "late", "title": "Late", "examples": [f"my parcel {number} is late" for number in range(6)]}
    refused = await workspace.api.put("/v1/topics/late", json=topic)
    assert_problem(refused, 422, "too_many_examples")
    assert "5 topics with 26 examples in all make 130" in refused.json()["detail"]
    assert (await workspace.api.put("/v1/topics/late", json={**topic, "examples": []})).status_code == 200
    assert_problem(
        await workspace.api.patch("/v1/topics/late", json={"examples": topic["examples"]}), 422, "too_many_examples"
    )
    document = WorkspaceFile.model_validate(small(topics=[*SMALL["topics"], topic]))
    async with parts.database.transaction() as session:
        with pytest.raises(TooManyExamples):
            await workspace_file.apply(session, document, bounds=Bounds.of(parts.settings))
