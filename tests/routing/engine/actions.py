"""What can happen to a machine, how often, and when.

Hypothesis draws the seed and the number of steps; the dice decide between them, so that what is frequent in life is
frequent here. Left to itself Hypothesis repeats what is simple: nights pass, and nobody is served.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeVar

from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

Method = TypeVar("Method", bound=Callable[..., None])
Value = TypeVar("Value")
Draw = Callable[[Random], Value]


def one_of(options: Sequence[Value]) -> Draw[Value]:
    return lambda dice: dice.choice(options)


def whole(least: int, most: int) -> Draw[int]:
    return lambda dice: dice.randint(least, most)


def several(value: Draw[Value], most: int) -> Draw[list[Value]]:
    return lambda dice: [value(dice) for _ in range(dice.randint(1, most))]


def some_with(names: Sequence[str], value: Draw[Value], *, least: int = 0) -> Draw[dict[str, Value]]:
    return lambda dice: {name: value(dice) for name in sorted(dice.sample(names, dice.randint(least, len(names))))}


@dataclass(frozen=True)
class Action:
    """A method with its weight, when it is possible, and how its arguments are drawn."""

    name: str
    times: int
    when: Callable[[Any], Any]
    arguments: dict[str, Draw[Any]]


def always(machine: object) -> bool:
    return True


def action(times: int, /, *, when: Callable[[Any], Any] = always, **arguments: Draw[Any]) -> Callable[[Method], Method]:
    """Marks a method of a machine as something that can happen, `times` as often as what happens once."""

    def mark(method: Method) -> Method:
        method.__dict__["action"] = Action(method.__name__, times, when, arguments)
        return method

    return mark


class Happening(RuleBasedStateMachine):
    """A machine to which its actions happen."""

    @initialize(seed=st.integers(0, 2**63))
    def begin(self, seed: int) -> None:
        self.dice = Random(f"{seed}")  # noqa: S311
        self.opens()

    def opens(self) -> None:
        """What is there before anything happens."""
        raise NotImplementedError

    @rule()
    def something_happens(self) -> None:
        possible = [action for action in actions_of(type(self)) if action.when(self)]
        (chosen,) = self.dice.choices(possible, [action.times for action in possible])
        arguments = {name: draw(self.dice) for name, draw in chosen.arguments.items()}
        if currently_in_test_context():
            note(f"{chosen.name}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})")
        getattr(self, chosen.name)(**arguments)


def lead(life: type[Happening], seed: int, steps: int = 50) -> None:
    """Leads the one life that a seed gives. Raises AssertionError where it breaks an invariant."""
    machine = life()
    try:
        machine.begin(seed)
        for _ in range(steps):
            machine.something_happens()
            for invariant in machine.invariants:
                invariant.function(machine)
    finally:
        machine.teardown()


@cache
def actions_of(machine: type) -> list[Action]:
    """What can happen to a kind of machine: all of its actions, or those that `happens` names."""
    actions = [method.action for name in dir(machine) if hasattr(method := getattr(machine, name), "action")]
    happens: frozenset[str] = getattr(machine, "happens", frozenset())
    return [action for action in actions if not happens or action.name in happens]
