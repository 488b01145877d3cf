"""What the demo shows while it runs: two bars and the stages of its contacts."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from mci_router.demo.scene import Clock, DemoTally, Stage
from mci_router.vocabulary import Outcome

REFRESH_HZ = 5


@contextmanager
def shown(console: Console, clock: Clock, tally: DemoTally, contacts: int) -> Iterator[None]:
    """Shows the run while the block lasts; then the display makes way for the report."""
    picture = _Picture(clock, tally, contacts)
    with Live(console=console, get_renderable=picture.render, refresh_per_second=REFRESH_HZ, transient=True):
        yield


class _Picture:
    def __init__(self, clock: Clock, tally: DemoTally, contacts: int) -> None:
        self._clock = clock
        self._tally = tally
        self._bars = Progress(TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn())
        self._arrived = self._bars.add_task("contacts in ", total=contacts)
        self._settled = self._bars.add_task("and settled ", total=contacts)

    def render(self) -> RenderableType:
        stages = self._tally.stages()
        self._bars.update(self._arrived, completed=len(self._tally.contacts))
        self._bars.update(self._settled, completed=sum(number for stage, number in stages.items() if stage.settled))
        now = {
            "with automation": stages[Stage.AUTOMATION],
            "with the community": stages[Stage.COMMUNITY],
            "waiting": stages[Stage.WAITING],
            "with agents": stages[Stage.WITH_AGENT],
        }
        so_far = {
            "settled by automation": self._tally.helped_by(Outcome.AUTOMATION),
            "by the community": self._tally.helped_by(Outcome.COMMUNITY),
            "by agents": stages[Stage.COMPLETED],
            "abandoned": stages[Stage.ABANDONED],
        }
        minutes, seconds = divmod(int(self._clock.now()), 60)
        return Group(self._bars, _line(f"{minutes:02}:{seconds:02}", now), _line("so far", so_far))


def _line(heading: str, counts: dict[str, int]) -> Text:
    text = Text(f"{heading:12} ", style="dim")
    for index, (word, number) in enumerate(counts.items()):
        text.append(" · " if index else "", style="dim")
        text.append(f"{word} ", style="not dim").append(str(number), style="bold cyan not dim")
    return text
