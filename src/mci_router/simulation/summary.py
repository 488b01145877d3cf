"""The summary of a simulated day for people: one table that fits 100 columns."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mci_router.simulation.figures import WaitFigures, of_queue, overall, spared_by
from mci_router.simulation.names import shortened
from mci_router.simulation.run import Day
from mci_router.simulation.trace import TraceIncident, TraceQueue

NAME_WIDTH = 20  # columns

NOTES = (
    "Strict service level: answered within the target ÷ all offered. Standard: answered within the target ÷ "
    "(answered + abandoned after "
    "the target). Abandoned: of all offered. Waits: of those answered and of those who left."
)


def show(console: Console, day: Day) -> None:
    """Prints the summary."""
    title = f"{day.trace.title}, {len(day.trace.agents)} agents, policy {day.policy}{', plain' if day.plain else ''}"
    console.print(Text(title, style="bold"))
    if deferrable := [queue for queue in day.trace.queues.values() if queue.deferrable]:
        console.print(Text(_reserve_line([queue.name for queue in deferrable], plain=day.plain)))
    console.print()
    console.print(_table(day))
    console.print()
    for incident in day.trace.incidents:
        console.print(_incident_line(incident, day))
    rate = day.calls / day.seconds
    console.print(Text(f"{day.calls:,} calls of the engine in {day.seconds:.1f} s ({rate:,.0f} a second)"))
    console.print(Text(NOTES, style="dim"))


def _table(day: Day) -> Table:
    table = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("Queue", overflow="ellipsis", no_wrap=True, max_width=NAME_WIDTH)
    for heading in ("Target", "Goal", "Offered", "SL strict", "SL", "Abandoned", "Mean", "p99", "Longest"):
        table.add_column(heading, justify="right", no_wrap=True)
    queues = list(day.trace.queues.values())
    names = shortened([(str(queue.id), queue.name) for queue in queues], NAME_WIDTH)
    for name, queue in zip(names, queues, strict=True):
        table.add_row(
            Text(name), _seconds(queue.target_s), f"{queue.goal:.0%}", *_row(of_queue(queue, day.outcomes), queue)
        )
    table.add_section()
    table.add_row("All", "", "", *_row(overall(day.trace, day.outcomes)), style="bold")
    return table


def _row(figures: WaitFigures, queue: TraceQueue | None = None) -> list[str | Text]:
    tally = figures.tally
    if not tally.offered:
        return ["0", *["–"] * 6]
    strict = tally.strict_service_level() or 0.0
    mark = "" if queue is None else " ✓" if strict >= queue.goal else " ✗"
    style = {" ✓": "green", " ✗": "red"}.get(mark, "")
    return [
        f"{tally.offered:,}",
        Text(f"{strict:.1%}{mark}", style=style),
        _share(tally.service_level()),
        _share(tally.abandoned / tally.offered),
        *map(_seconds, (figures.mean_wait_s, figures.p99_wait_s, figures.longest_wait_s)),
    ]


def _reserve_line(names: list[str], *, plain: bool) -> str:
    """Returns what the policy does with deferrable work: the reserve holds under each of them."""
    work = ", ".join(names)
    if plain:
        return f"{work}: served like all other work (--plain)"
    return f"{work}: held back while too few agents are idle, under every policy (not with --plain)"


def _incident_line(incident: TraceIncident, day: Day) -> Text:
    queue, spared = day.trace.queues[str(incident.queue)], spared_by(incident, day.trace, day.outcomes)
    when = f"from {incident.declared_t / 3600:.2f} to {incident.fixed_t / 3600:.2f} h"
    answered = f"answered by the incident {spared.informed:,}, still broken for {spared.still_broken:,}"
    saved = (
        f"minutes of agents' time saved {spared.contacts:,} × {_seconds(queue.mean_handle_s)} = {spared.minutes:,.0f}"
    )
    return Text(f"{queue.name} {when}: {answered}; {saved}")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _seconds(value: float) -> str:
    if value >= 7200:
        return f"{value / 3600:.1f} h"
    return f"{value:.1f} s" if value < 10 and value % 1 else f"{value:.0f} s"
