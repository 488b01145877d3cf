"""The picture of a simulated day: each queue's service level and number of waiting contacts, over the day.

There is one row a queue, because lines of several queues in one frame hide each other. A line shows the goal, and
colours show whether it is met; colour-blind people can distinguish them (they are those of Okabe and Ito).
"""

from collections.abc import Iterable, Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from mci_router.simulation.figures import in_time, of, of_queue
from mci_router.simulation.outcomes import LineOutcome
from mci_router.simulation.run import Day
from mci_router.simulation.trace import TraceIncident, TraceQueue

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HOUR_S = 3600
MOST_SLOTS = 48  # narrower bars cannot be distinguished
GOOD, BAD, GOAL, LINE, OPEN = "#0072B2", "#E69F00", "#000000", "#D55E00", "#999999"


class PlotMissing(Exception):
    """matplotlib is not installed: pip install 'mci-router[plot]', or leave out --plot"""


def require() -> None:
    """Raises PlotMissing unless pictures can be drawn."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise PlotMissing(PlotMissing.__doc__) from error


def draw(day: Day, path: Path) -> None:
    """Writes the picture as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    queues = list(day.trace.queues.values())
    figure = Figure(figsize=(12, 1.3 + 1.75 * len(queues)), layout="constrained")
    FigureCanvasAgg(figure)
    slot_s = slot_length_s(max(contact.t for contact in day.trace.contacts))
    rows = figure.subplots(len(queues), 2, sharex=True, squeeze=False)
    for (level, waiting), queue in zip(rows, queues, strict=True):
        in_queue = of(queue, day.outcomes)
        _draw_level(level, queue, in_queue, slot_s)
        _draw_waiting(waiting, queue, in_queue)
        for incident in (incident for incident in day.trace.incidents if str(incident.queue) == str(queue.id)):
            _draw_incident((level, waiting), incident)
    _label(figure, day, slot_s)
    figure.savefig(path, format="png", dpi=110)


def slot_length_s(last_s: float) -> float:
    """Returns half an hour; longer for a trace of more than a day, shorter for one of less than four hours."""
    half_hours = ceil((last_s + 1) / (HOUR_S / 2))
    return HOUR_S / 2 * ceil(half_hours / MOST_SLOTS) if half_hours >= 8 else HOUR_S / 12


def slots(queue: TraceQueue, outcomes: Iterable[LineOutcome], slot_s: float) -> list[tuple[float, float]]:
    """Returns the strict service level of each slot in which contacts arrived: (start of the slot in s, share)."""
    came: dict[int, list[bool]] = {}
    for outcome in outcomes:
        came.setdefault(int(outcome.contact.t // slot_s), []).append(in_time(queue, outcome))
    return [(slot * slot_s, sum(good) / len(good)) for slot, good in sorted(came.items())]


def waiting_over_time(outcomes: Iterable[LineOutcome]) -> list[tuple[float, int]]:
    """Returns how many contacts wait, from each time (s) at which that changes."""
    changes = sorted(
        change
        for o in outcomes
        for change in ((o.contact.t, 1), (o.left_ms / 1000, -1))
        if o.left_ms / 1000 - o.contact.t > 0.001
    )
    curve, waiting = [(0.0, 0)], 0
    for moment, change in changes:
        waiting += change
        curve.append((moment, waiting))
    return curve


def _draw_level(axes: "Axes", queue: TraceQueue, outcomes: Sequence[LineOutcome], slot_s: float) -> None:
    levels = slots(queue, outcomes, slot_s)
    colours = [GOOD if share >= queue.goal else BAD for _, share in levels]
    starts, shares = [start / HOUR_S for start, _ in levels], [100 * share for _, share in levels]
    axes.bar(starts, shares, width=0.92 * slot_s / HOUR_S, align="edge", color=colours)
    for start in (start for start, share in zip(starts, shares, strict=True) if share == 0):
        # so that it is not taken for a slot without contacts
        axes.text(start + slot_s / HOUR_S / 2, 2, "0", ha="center", fontsize=8)
    axes.axhline(100 * queue.goal, color=GOAL, linestyle="--", linewidth=1.2)
    strict = of_queue(queue, outcomes).tally.strict_service_level()
    day = "no contacts" if strict is None else f"{strict:.1%} over the day"
    _title(axes, queue, f"{day}; goal {queue.goal:.0%} within {queue.target_s:g} s")
    axes.set(ylim=(0, 104), yticks=(0, 50, 100), ylabel="answered in\ntime (%)")


def _draw_waiting(axes: "Axes", queue: TraceQueue, outcomes: Sequence[LineOutcome]) -> None:
    from matplotlib.ticker import MaxNLocator

    curve = waiting_over_time(outcomes)
    moments, numbers = [moment / HOUR_S for moment, _ in curve], [number for _, number in curve]
    axes.fill_between(moments, numbers, step="post", color=LINE, alpha=0.35, linewidth=0)
    axes.step(moments, numbers, where="post", color=LINE, linewidth=0.8)
    _title(axes, queue, f"at most {max(numbers)} waiting")
    axes.set(ylim=(0, max(4, 1.1 * max(numbers))), ylabel="contacts\nwaiting")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _draw_incident(row: Iterable["Axes"], incident: TraceIncident) -> None:
    for axes in row:
        axes.axvspan(
            incident.declared_t / HOUR_S, incident.fixed_t / HOUR_S, color=OPEN, alpha=0.25, linewidth=0, zorder=0
        )


def _title(axes: "Axes", queue: TraceQueue, text: str) -> None:
    # A dollar sign would begin a formula.
    axes.set_title(f"{queue.name}: {text}".replace("$", r"\$"), loc="left", fontsize=10)
    axes.grid(axis="y", linewidth=0.4, alpha=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _label(figure: "Figure", day: Day, slot_s: float) -> None:
    for axes in figure.axes[-2:]:
        axes.set_xlabel("hours since the start of the day")
    title = f"{day.trace.title}, {len(day.trace.agents)} agents, policy {day.policy}".replace("$", r"\$")
    legend = f"Bars: contacts by arrival, per {slot_s / 60:g} min; blue: the goal is met, orange: it is not."
    legend += " Dashed: the goal."
    legend += " Grey: an incident is open." if day.trace.incidents else ""
    figure.suptitle(f"{title}\n{legend}", fontsize=11)
