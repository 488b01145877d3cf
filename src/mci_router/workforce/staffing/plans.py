"""Plans of staff, and the ways in which a search changes them. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from mci_router.workforce.staffing.problem import Plan, Problem

BLOCK = 8  # intervals: two hours, the least that anybody comes in for

STAYS = 0.75  # how far an amount may be from the number before it until that changes

Place = tuple[str, int]
"""A group, and the number of a block of the day."""


def blocks(problem: Problem) -> range:
    return range(-(-problem.intervals // BLOCK))


def of_block(block: int) -> slice:
    return slice(block * BLOCK, (block + 1) * BLOCK)


def whole(amounts: Iterable[float]) -> list[int]:
    """Returns whole numbers beside the amounts that change only where those have moved away: shifts, no teeth."""
    found, now = [], 0
    for amount in amounts:
        if abs(amount - now) > STAYS:
            now = max(0, round(amount))
        found.append(now if amount > 0 else 0)
    return found


def scaled(plan: Plan, factor: float, problem: Problem) -> dict[str, list[int]]:
    """Returns the plan times a factor, with everything served."""
    return served({name: whole(number * factor for number in agents) for name, agents in plan.items()}, problem)


def changed(plan: Plan, places: Sequence[Place], by: int, problem: Problem) -> dict[str, list[int]]:
    """Returns the plan with so many agents more in some places, as far as everything is still served."""
    found = {name: list(agents) for name, agents in plan.items()}
    for group, block in places:
        found[group][of_block(block)] = [max(0, agents + by) for agents in found[group][of_block(block)]]
    return served(found, problem)


def served(plan: Mapping[str, list[int]], problem: Problem) -> dict[str, list[int]]:
    """Returns the plan with somebody on duty for every queue while contacts come to it: of the group of most skills."""
    found = dict(plan)
    for queue in problem.queues:
        able = [group for group in problem.groups if problem.serves(group, queue)]
        best = max(able, key=lambda group: (len(group.abilities), group.employed, group.name), default=None)
        for row in (row for row in problem.demand if row.queue == queue.name and row.arrivals > 0):
            if best and not any(found[group.name][row.interval] for group in able):
                found[best.name][row.interval] = 1
    return found
