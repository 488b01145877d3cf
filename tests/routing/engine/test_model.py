"""The machine of `life.py` on the real library: no order of commands breaks a rule."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.routing.engine.life import Crowded, Life, RushHour
from tests.support.proof import FULL

# A failure is told by the steps that led to it. Add Phase.shrink to have them made fewer, which takes minutes.
THOROUGH = settings(
    max_examples=400 if FULL else 9,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


# `test_mutants` leads some fifteen lives of the first kind on the same library, which count here, too.
KINDS = (Life, RushHour, Crowded) if FULL else (RushHour, Crowded)


@pytest.mark.parametrize("life", KINDS)
def test_no_order_of_commands_breaks_an_invariant(client: Any, life: type[Life]) -> None:
    """One offer or assignment a contact, nobody over capacity, nobody unable, nobody idle in vain, and the journal
    tells all.
    """
    run_state_machine_as_test(type("Live", (life,), {"client": client}), settings=THOROUGH)
