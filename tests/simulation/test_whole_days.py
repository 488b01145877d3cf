"""Days that are driven inside the server: the same as the driver's, contact by contact, to the millisecond."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from mci_router.embedded import Servers
from mci_router.routing.engine.virtual_time import DayServer
from mci_router.simulation import trace
from mci_router.simulation.outcomes import Answered
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import private_valkey, simulate
from mci_router.simulation.whole_days import day_of, play
from tests.simulation.days import Record, agent, contact, incident, mixed_day, queue, save


@pytest.fixture(scope="module")
def server() -> Iterator[DayServer]:
    """One of its own: it has a library that the service's servers have not."""
    with private_valkey() as url:
        found = DayServer(url)
        yield found
        found.close()


def with_shifts(day: list[Record]) -> list[Record]:
    """The day's agents by turns: a third all day, a third in the first part, a third with a break."""
    shifts = [None, [[0, 600]], [[150.5, 450], [750, 90_000]]]
    numbered = (one["id"] if one["kind"] == "agent" else None for one in day)
    return [
        one if number is None or shifts[number % 3] is None else {**one, "shifts": shifts[number % 3]}
        for one, number in zip(day, numbered, strict=True)
    ]


@pytest.mark.parametrize("policy", SimulatedPolicy)
@pytest.mark.parametrize("plain", [False, True])
def test_a_day_inside_the_server_is_the_drivers_day(
    servers: Servers, server: DayServer, tmp_path: Path, policy: SimulatedPolicy, plain: bool
) -> None:
    """Who was answered, by whom, when, and who left when: under every policy, with agents who come and go."""
    read = trace.read(save(tmp_path / "day.jsonl", with_shifts(mixed_day(seed=5, hours=0.25))))
    day = simulate(read, policy, servers.valkey.url, plain=plain)
    inside = play(server, read, policy, plain=plain)
    assert [one.record() for one in inside] == [one.record() for one in day.outcomes]
    assert 0 < sum(isinstance(one, Answered) for one in inside) < len(inside)


def test_agents_are_offered_work_in_their_shifts_only_and_finish_what_they_have(
    server: DayServer, tmp_path: Path
) -> None:
    """One agent from the 100th second to the 200th: the call before waits, the one under way is finished, the one after
    leaves.
    """
    calls = [contact(0, 0, 50.0, 20.0, 500.0), contact(1, 0, 195.0, 60.0, 500.0), contact(2, 0, 300.0, 10.0, 30.0)]
    day = [queue(0, "calls"), {**agent(0, {0: 1.0}), "shifts": [[100, 200]]}, *calls]
    read = trace.read(save(tmp_path / "day.jsonl", day))
    found = [one.record() for one in play(server, read, SimulatedPolicy.SERVICE_LEVEL)]
    assert found == [
        {"id": 0, "agent": 0, "start": 100.0, "end": 120.0},
        {"id": 1, "agent": 0, "start": 195.0, "end": 255.0},
        {"id": 2, "abandoned_at": 330.0},
    ]


@pytest.mark.parametrize("shifts", [[], [[10, 5]], [[0, 10], [10, 20]], [[1, 2, 3]], [["a", 3]]])
def test_shifts_that_make_no_day_are_refused(tmp_path: Path, shifts: list[object]) -> None:
    """With the line, and what shifts must be."""
    day = [queue(0, "calls"), {**agent(7, {0: 1.0}), "shifts": shifts}, contact(0, 0, 1.0, 1.0, 5.0)]
    with pytest.raises(trace.BadTrace, match=r"day.jsonl:2: agent 7: shifts is .*pairs of seconds"):
        trace.read(save(tmp_path / "day.jsonl", day))


def test_a_day_with_incidents_is_not_driven_inside(tmp_path: Path) -> None:
    """It is refused, not played without them."""
    day = [queue(0, "calls"), agent(0, {0: 1.0}), contact(0, 0, 1.0, 1.0), incident(0, 0, 10)]
    with pytest.raises(ValueError, match="incidents"):
        day_of(trace.read(save(tmp_path / "day.jsonl", day)), SimulatedPolicy.SERVICE_LEVEL)


def test_the_heap_keeps_the_order_of_thousands(server: DayServer, tmp_path: Path) -> None:
    """Contacts that come at once, in no order, each with patience: they leave exactly when that ends."""
    random = Random(3)  # noqa: S311 - the same day for the same seed
    calls = [contact(number, 0, 1.0, 30.0, round(random.uniform(1, 500), 3)) for number in range(400)]
    read = trace.read(save(tmp_path / "day.jsonl", [queue(0, "calls"), agent(0, {0: 1.0}), *calls]))
    for one in play(server, read, SimulatedPolicy.LONGEST_IDLE):
        if not isinstance(one, Answered):
            assert one.left_ms == round(1000 * (1.0 + (one.contact.patience_s or 0)))
