"""Who could serve what: the index says what a walk over the agents would say."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mci_router.specs import AgentSpec
from mci_router.specs.staffing import Staffing
from mci_router.vocabulary import Channel

SKILLS = ("billing", "german", "fraud")
SKILLED = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5))
CHANNELS = st.dictionaries(st.sampled_from([Channel.CHAT, Channel.VOICE]), st.integers(1, 3), min_size=1)
AGENTS = st.lists(st.tuples(st.integers(1, 5), SKILLED, st.integers(1, 8), CHANNELS), max_size=20)
ASKED = st.lists(st.tuples(st.sampled_from([*SKILLS, "tier"]), st.integers(1, 5)), max_size=3)


def agent(number: int, tier: int, skills: Mapping[str, int], units: int, channels: Mapping[Channel, int]) -> AgentSpec:
    return AgentSpec.model_validate(
        {
            "name": f"agent_{number}",
            "title": "Agent",
            "tier": tier,
            "skills": [{"skill": skill, "proficiency": proficiency} for skill, proficiency in skills.items()],
            "capacity": {"units": units, "channels": channels},
        }
    )


@given(AGENTS, st.lists(st.tuples(ASKED, st.sampled_from(Channel), st.integers(1, 8)), max_size=5))
def test_the_index_counts_what_a_walk_would(agents: list[Any], questions: list[Any]) -> None:
    """Skills, the tier, the channel and the units all count, in any order of questions."""
    specs = [agent(number, *one) for number, one in enumerate(agents)]
    staffing = Staffing(specs)
    for asked, channel, units in questions:
        able = [
            one
            for one in specs
            if channel in one.capacity.of_channels
            and one.capacity.units >= units
            and all(one.abilities.get(skill, 0) >= least for skill, least in asked)
        ]
        requirement = [{"skill": skill, "min": least} for skill, least in asked]
        assert staffing.able(requirement, channel, units) == len(able)


def test_who_has_not_the_units_or_not_the_channel_cannot_serve() -> None:
    """An idle agent with three units takes no contact of four."""
    staffing = Staffing([agent(1, 1, {}, 3, {Channel.CHAT: 1})])
    assert [staffing.able([], Channel.CHAT, units) for units in (3, 4)] == [1, 0]
    assert staffing.able([], Channel.VOICE, 1) == 0
