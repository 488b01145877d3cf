"""Names that have to fit a column, each still different from the others. Pure."""

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len

ELLIPSIS = "…"


def shortened(names: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Returns the names of (id, name) in at most `width` columns each, in order.

    A name that is too long is cut at its end. Where two would look the same, they keep their ends and lose their
    middles, and if that does not help, they are shown with their ids.
    """
    shown = [_cut(name, "", width) for _, name in names]
    for kept in range(1, width - 1):
        if not (same := _same(shown)):
            break
        for place in same:
            shown[place] = _cut(names[place][1], names[place][1][-kept:], width)
    for place in _same(shown):
        identity, name = names[place]
        shown[place] = _cut(f"{name} ({identity})", f" ({identity})", width)
    return shown


def _same(shown: Sequence[str]) -> list[int]:
    """Returns the places of the names that look like another one."""
    seen = Counter(shown)
    return [place for place, name in enumerate(shown) if seen[name] > 1]


def _cut(name: str, end: str, width: int) -> str:
    """Returns the name if it fits, else its beginning, an ellipsis and the end."""
    if cell_len(name) <= width:
        return name
    room = width - cell_len(ELLIPSIS) - cell_len(end)
    beginning = name
    while cell_len(beginning) > room:
        beginning = beginning[:-1]
    return f"{beginning}{ELLIPSIS}{end}"
