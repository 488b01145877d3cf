"""What the demo shows while it runs: two bars and where the contacts stand."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from mci_router.demo.scene import Clock, Place, Tally
from mci_router.vocabulary import Outcome

REFRESH_HZ = 5


@contextmanager
def shown(console: Console, clock: Clock, tally: Tally, contacts: int) -> Iterator[None]:
    """Shows the run while the block lasts; then the display makes way for the report."""
    picture = _Picture(clock, tally, contacts)
    with Live(console=console, get_renderable=picture.render, refresh_per_second=REFRESH_HZ, transient=True):
        yield


class _Picture:
    def __init__(self, clock: Clock, tally: Tally, contacts: int) -> None:
        self._clock = clock
        self._tally = tally
        self._bars = Progress(TextColumn("{task.description}"), BarColumn(40), MofNCompleteColumn())
        self._arrived = self._bars.add_task("contacts in ", total=contacts)
        self._settled = self._bars.add_task("and settled ", total=contacts)

    def render(self) -> RenderableType:
        places = self._tally.places()
        self._bars.update(self._arrived, completed=len(self._tally.contacts))
        self._bars.update(self._settled, completed=sum(number for place, number in places.items() if place.settled))
        now = {
            "with automation": places[Place.AUTOMATION],
            "with the community": places[Place.COMMUNITY],
            "waiting": places[Place.WAITING],
            "with agents": places[Place.WITH_AGENT],
        }
        so_far = {
            "settled by automation": self._tally.helped_by(Outcome.AUTOMATION),
            "by the community": self._tally.helped_by(Outcome.COMMUNITY),
            "by agents": places[Place.COMPLETED],
            "abandoned": places[Place.ABANDONED],
        }
        minutes, seconds = divmod(int(self._clock.now()), 60)
        return Group(self._bars, _line(f"{minutes:02}:{seconds:02}", now), _line("so far", so_far))


def _line(heading: str, counts: dict[str, int]) -> Text:
    text = Text(f"{heading:12} ", style="dim")
    for place, (word, number) in enumerate(counts.items()):
        text.append(" · " if place else "", style="dim")
        text.append(f"{word} ", style="not dim").append(str(number), style="bold cyan not dim")
    return text
