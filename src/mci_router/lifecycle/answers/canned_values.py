"""Values of a canned answer's variables. Pure."""

from collections.abc import Mapping
from itertools import groupby

from mci_router.routing.policy.hours import DAYS
from mci_router.specs.articles import VARIABLE, VARIABLES
from mci_router.specs.queues import HoursBlock, OpenHours

ALWAYS = "0:00–24:00"
GERMAN = dict(zip(DAYS, ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"), strict=True))


def filled(text: str, values: Mapping[str, str | None]) -> tuple[str, list[str]]:
    """Returns the text with the values in place of its variables, and the variables that have none: they stay."""
    missing = [name for name in dict.fromkeys(VARIABLE.findall(text)) if name in VARIABLES and not values.get(name)]
    return VARIABLE.sub(lambda match: values.get(match[1]) or match[0], text), missing


def unfilled(text: str) -> list[str]:
    """Returns the variables that stand in a text, each once."""
    return [name for name in dict.fromkeys(VARIABLE.findall(text)) if name in VARIABLES]


def hours_in_words(hours: OpenHours | None, language: str | None) -> str:
    """Returns a week's hours as a customer reads them: days with the same blocks together."""
    if hours is None:
        return ALWAYS
    blocks = [(day, ", ".join(map(_block, hours.week.get(day, ())))) for day in DAYS]  # type: ignore[call-overload]
    names = GERMAN if language == "de" else {day: day.capitalize() for day in DAYS}
    runs = [(at, [day for day, _ in days]) for at, days in groupby(blocks, key=lambda one: one[1])]
    written = [f"{_days([names[day] for day in days])} {at}" for at, days in runs if at]
    return f"{'; '.join(written)} ({hours.timezone})"


def _block(block: HoursBlock) -> str:
    return f"{block.open:%H:%M}–{'24:00' if block.to_midnight else format(block.close, '%H:%M')}"


def _days(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
