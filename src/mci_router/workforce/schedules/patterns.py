"""Patterns: every shift that the templates allow on some days: its start, and some ways to place its breaks. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from mci_router.specs.working import QUARTER_MIN, ActivitySpec, BreakSpec, ShiftTemplateSpec, minute_of
from mci_router.values import value
from mci_router.vocabulary import Counts
from mci_router.workforce.schedules.stints import Stint, instant, weekday_of

MOST_PLACEMENTS = 5  # ways to place the breaks of a start: more cover little better, and each is a variable
MOST_PATTERNS = 20_000


class TooManyPatterns(Exception):
    """The templates allow more shifts than are looked at."""


@value
class Piece:
    """A piece of a pattern, in minutes after its start."""

    activity: str
    begins: int
    ends: int


@value
class Pattern:
    """A shift that somebody could work: a template on a day, from a minute of that day on, with its breaks placed."""

    template: str
    day: date
    minute: int
    begins_at: datetime
    ends_at: datetime
    pieces: tuple[Piece, ...]
    paid_h: float
    covers: tuple[datetime, ...]
    """The quarter-hours in which who works it takes contacts."""

    @property
    def start(self) -> tuple[date, str, int]:
        """What those that differ in their breaks alone have in common."""
        return self.day, self.template, self.minute

    def stint(self, skills: Iterable[str] = ()) -> Stint:
        """Returns it as the rules see it."""
        return Stint(self.day, self.begins_at, self.ends_at, self.paid_h, frozenset(skills))

    def placed(self) -> list[tuple[str, datetime, datetime]]:
        """Returns its pieces with their times."""
        return [
            (piece.activity, self.begins_at + _minutes(piece.begins), self.begins_at + _minutes(piece.ends))
            for piece in self.pieces
        ]


def patterns_of(
    templates: Iterable[ShiftTemplateSpec],
    activities: Mapping[str, ActivitySpec],
    days: Sequence[date],
    zone: ZoneInfo,
) -> list[Pattern]:
    """Returns all shifts that templates allow on days. Raises TooManyPatterns."""
    found: list[Pattern] = []
    for template in sorted(templates, key=lambda one: one.name):
        placements = [_pieces(template, breaks) for breaks in placements_of(template)]
        for day in days:
            if weekday_of(day) in template.days:
                found += _on(template, day, placements, activities, zone)
        if len(found) > MOST_PATTERNS:
            raise TooManyPatterns(
                f"the templates allow more than {MOST_PATTERNS} shifts: widen step_min, or narrow their starts"
            )
    return found


def _on(
    template: ShiftTemplateSpec,
    day: date,
    placements: Sequence[tuple[Piece, ...]],
    activities: Mapping[str, ActivitySpec],
    zone: ZoneInfo,
) -> Iterator[Pattern]:
    last = minute_of(template.latest_start)
    for minute in range(minute_of(template.earliest_start), last + 1, template.step_min):
        begins_at = instant(day, minute, zone)
        for pieces in placements:
            yield Pattern(
                template.name,
                day,
                minute,
                begins_at,
                begins_at + _minutes(template.length_min),
                pieces,
                sum(one.ends - one.begins for one in pieces if activities[one.activity].paid) / 60,
                tuple(_covered(begins_at, pieces, activities)),
            )


def _covered(
    begins_at: datetime, pieces: Iterable[Piece], activities: Mapping[str, ActivitySpec]
) -> Iterator[datetime]:
    for piece in pieces:
        if activities[piece.activity].counts is Counts.AVAILABLE:
            for minute in range(piece.begins, piece.ends, QUARTER_MIN):
                yield begins_at + _minutes(minute)


def placements_of(template: ShiftTemplateSpec) -> list[tuple[int, ...]]:
    """Returns some ways to place a template's breaks, spread over all of them: where each begins, in minutes."""
    every = list(_placed(template.breaks, template.length_min, 0))
    if len(every) <= MOST_PLACEMENTS:
        return every
    apart = (len(every) - 1) / (MOST_PLACEMENTS - 1)
    return [every[round(number * apart)] for number in range(MOST_PLACEMENTS)]


def _placed(breaks: Sequence[BreakSpec], length: int, free: int) -> Iterator[tuple[int, ...]]:
    if not breaks:
        yield ()
        return
    first, *others = breaks
    step = QUARTER_MIN if len(others) < 2 else 2 * QUARTER_MIN  # three breaks have a thousand ways already
    for begins in range(max(free, first.earliest_min), first.latest_min + 1, step):
        ends = begins + first.length_min
        if ends <= length:
            for following in _placed(others, length, ends):
                yield (begins, *following)


def _pieces(template: ShiftTemplateSpec, begins: Sequence[int]) -> tuple[Piece, ...]:
    pieces, reached = [], 0
    for one, at in zip(template.breaks, begins, strict=True):
        pieces += [Piece(template.activity, reached, at), Piece(one.activity, at, at + one.length_min)]
        reached = at + one.length_min
    pieces.append(Piece(template.activity, reached, template.length_min))
    return tuple(piece for piece in pieces if piece.ends > piece.begins)


def follows_on(pieces: Sequence[tuple[str, datetime, datetime]]) -> bool:
    """Returns whether pieces of a shift follow each other without a gap."""
    return all(earlier[2] == later[1] for earlier, later in pairwise(pieces))


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
