"""A workspace has so many resources of a kind and no more; what it has already can still be changed."""

from typing import Any

import pytest

from mci_router.configuration.bounds import MOST, MOST_KEYS, refuse_another_key, refuse_too_many
from mci_router.errors import TooManyResources
from mci_router.specs.kinds import KINDS
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace


async def test_a_resource_too_many_is_refused_and_one_that_is_there_is_changed(make: Any) -> None:
    """409 with the kind and the bound; deleting one makes room."""
    skills = [{"name": "fraud"}, {"name": "billing"}, *({"name": f"skill_{n}"} for n in range(MOST["skill"] - 2))]
    workspace: Workspace = await make(small(skills=skills))
    refused = await workspace.api.put("/v1/skills/another", json={"name": "another"})
    assert_problem(refused, 409, "too_many_resources")
    assert (refused.json()["kind"], refused.json()["most"]) == ("skill", 1_000)
    changed = await workspace.api.put("/v1/skills/skill_1", json={"name": "skill_1", "description": "changed"})
    assert changed.status_code == 200, changed.text
    assert (await workspace.api.delete("/v1/skills/skill_2")).status_code == 204
    assert (await workspace.api.put("/v1/skills/another", json={"name": "another"})).status_code == 200


def test_every_kind_has_a_bound_and_what_was_there_before_it_stays() -> None:
    """A workspace that had more before there was a bound can still be changed, and not grow."""
    assert MOST.keys() == KINDS.keys()
    refuse_too_many({"queue": range(2_000)}, {"queue": 2_000})
    with pytest.raises(TooManyResources, match=r"2,001 resources of the kind queue; at most 1,000"):
        refuse_too_many({"queue": range(2_001)}, {"queue": 2_000})
    refuse_another_key(MOST_KEYS - 1)
    with pytest.raises(TooManyResources, match=r"1,000 keys"):
        refuse_another_key(MOST_KEYS)
