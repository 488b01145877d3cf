"""The report as people read it: tables that fit 100 columns."""

from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mci_router.demo import report
from mci_router.demo.customers import BACK_S, HELPED, SAYS_SO
from mci_router.demo.report import CellRow, Fate, QueueRow
from mci_router.demo.scene import DemoTally
from mci_router.demo.workspace import DemoAgent, DemoQueue
from mci_router.vocabulary import ContactState, Outcome


@dataclass(frozen=True, slots=True)
class Run:
    """A run, and what came of it."""

    fates: list[Fate]
    queues: list[DemoQueue]
    agents: list[DemoAgent]
    tally: DemoTally
    wanted: int
    speed: float

    @property
    def lasted_s(self) -> float:
        """Simulated seconds from the first contact's arrival to the last one's end."""
        return report.lasted_s(self.fates, self.speed)


def show(console: Console, run: Run) -> None:
    """Prints the whole report."""
    for part in (_cells(run), _levels(run), _sums(run), _notes(run)):
        console.print()
        console.print(part)


def _cells(run: Run) -> Table:
    table = _table("Contacts by cell and outcome")
    table.add_column("Cell", no_wrap=True)
    table.add_column("Outcome", no_wrap=True)
    for heading in ("Contacts", "Share", "Resolved", "Completed", "Abandoned", "Waiting"):
        table.add_column(heading, justify="right", no_wrap=True)
    rows, before = report.cells(run.fates), None
    for row in rows:
        if before not in (None, row.cell):
            table.add_section()
        table.add_row("" if row.cell is before else _words(row.cell), row.outcome, *_counts(row, len(run.fates)))
        before = row.cell
    table.add_section()
    table.add_row("All", "", *_counts(_all(rows), len(run.fates)), style="bold")
    return table


def _all(rows: list[CellRow]) -> CellRow:
    names = ("contacts", "resolved", "completed", "abandoned", "waiting")
    return CellRow(rows[0].cell, rows[0].outcome, **{name: sum(getattr(row, name) for row in rows) for name in names})


def _counts(row: CellRow, of: int) -> list[str]:
    return [
        str(row.contacts),
        _share(row.contacts / of),
        *map(_number, (row.resolved, row.completed, row.abandoned, row.waiting)),
    ]


def _levels(run: Run) -> Table:
    table = _table("Service level by queue, in simulated seconds; Real ASA is the wallboard's")
    table.add_column("Queue", no_wrap=True)
    for heading in ("Target", "Goal", "Service level", "Answered", "Abandoned", "Waiting", "ASA", "p99", "Real ASA"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in report.levels(run.fates, run.queues):
        table.add_row(
            row.queue.name,
            duration(row.queue.target_s),
            _share(row.queue.goal),
            _level(row),
            *map(_number, (row.answered, row.abandoned, row.waiting)),
            duration(row.asa_s),
            duration(row.p99_s),
            "–" if row.asa_s is None else f"{row.asa_s / run.speed:.1f} s",
        )
    return table


def _level(row: QueueRow) -> Text:
    if row.service_level is None:
        return Text("–")
    return Text(f"{_share(row.service_level)} {'✓' if row.met else '✗'}", style="bold green" if row.met else "bold red")


def _sums(run: Run) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    fates, offers = run.fates, run.tally.offers
    in_queues = report.queued(fates)
    left = report.count(in_queues, ContactState.ABANDONED)
    tried = sum(Outcome.AUTOMATION in outcomes for outcomes in run.tally.contacts.values())
    table.add_row("Ended with automation", f"{_part(fates, Outcome.AUTOMATION)}; it answered {tried}")
    table.add_row("Ended with the community", _part(fates, Outcome.COMMUNITY))
    for name, outcome in (("automation", Outcome.AUTOMATION), ("the community", Outcome.COMMUNITY)):
        table.add_row(f"Settled by {name}", _honest(fates, outcome))
    agreed = run.tally.agreed
    table.add_row(
        "Asked before posting", f"{run.tally.asked} customers; {agreed} agreed{_in_brackets(agreed, run.tally.asked)}"
    )
    table.add_row("Abandoned", f"{left} of {len(in_queues)} that came to a queue{_in_brackets(left, len(in_queues))}")
    table.add_row(
        "Offers to agents",
        ", ".join(f"{offers[kind]} {kind}" for kind in ("made", "accepted", "declined", "expired", "revoked")),
    )
    said = run.tally.messages
    table.add_row("Conversations", f"{said['agent']} messages of agents, {said['customer']} of customers")
    table.add_row(
        "Agents' occupancy", f"{_share(report.occupancy(fates, len(run.agents)))} of their time, while contacts came"
    )
    if len(fates) + len(run.tally.refused) < run.wanted:
        table.add_row(
            "Ended early", f"{run.wanted - len(fates)} of {run.wanted} contacts had not come yet", style="yellow"
        )
    if run.tally.refused:
        table.add_row("Not taken in", f"{len(run.tally.refused)}: {run.tally.refused[0]}", style="red")
    return table


def _part(fates: list[Fate], outcome: Outcome) -> str:
    settled = sum(one.outcome is outcome and one.state is ContactState.RESOLVED for one in fates)
    return f"{settled} of {len(fates)} contacts{_in_brackets(settled, len(fates))}"


def _honest(fates: list[Fate], outcome: Outcome) -> str:
    found = report.settled(fates, outcome)
    stayed = f"{found.stayed} of {len(fates)} contacts{_in_brackets(found.stayed, len(fates))}"
    return f"{stayed}: {found.returned} customers came back with the matter"


def _notes(run: Run) -> Text:
    simulated, real = duration(run.lasted_s), duration(run.lasted_s / run.speed)
    return Text(
        f"{simulated} of simulated time in {real}. Waits are the contacts' own timestamps × {run.speed:g}, measured "
        "against the queues' targets at all hours. The service, its timers, its reports and its wallboard know real "
        "seconds only: there "
        f"every wait is {run.speed:g} times shorter, against the same targets. Service level: answered in time ÷ "
        "(answered + abandoned after the target). Waiting: still open when the demo ended, and cancelled by it. "
        f"Assumed: an article helps {_share(HELPED[Outcome.AUTOMATION])} of those who read it, a reply of the "
        f"community {_share(HELPED[Outcome.COMMUNITY])}; of the others {_share(SAYS_SO)} say so, and the rest take it "
        f"for settled and come back {duration(BACK_S[0])} to {duration(BACK_S[1])} later over another channel. Settled "
        "is what nobody came back with by the end of the demo; the service's own report waits for silent_after_s.",
        style="dim",
    )


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=box.HORIZONTALS,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def _words(name: str) -> str:
    """Returns a name such as `high_volume_low_touch` as people say it."""
    return name.replace("_", " ").replace("volume ", "volume, ")


def _number(value: int) -> str:
    return str(value) if value else "·"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.0f} %"


def _in_brackets(part: int, whole: int) -> str:
    return f" ({_share(part / whole)})" if whole else ""


def duration(seconds: float | None) -> str:
    """Returns a time as people say it: in the largest unit that keeps it readable."""
    if seconds is None:
        return "–"
    for unit, size, from_s in (("h", 3600, 7200), ("min", 60, 120)):
        if seconds >= from_s:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"
