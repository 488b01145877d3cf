"""A card's number divided among the values of data, as a form sends its four fields. Pure."""

from collections.abc import Sequence
from typing import Any

from mci_router.intake.masking.cues import Cue, cue
from mci_router.intake.masking.issuers import LENGTHS, PRINTED, is_issued


def split_card(named: Sequence[tuple[str, Any]], *, by_name: bool = False) -> set[int]:
    """Returns which of these values in a row are together a card's number.

    It may be divided as issuers print it or into single digits. `by_name`: only texts, or numbers whose name says so;
    amounts in a row are numbers.
    """
    groups = [_group(value) for _, value in named]
    if by_name and any(groups):
        groups = [group if group and _may_be_part(*each) else "" for group, each in zip(groups, named, strict=True)]
    return {index for start in range(len(groups)) for index in _card_from(groups, start)}


def _may_be_part(name: str, value: Any) -> bool:
    says = cue(f"{name}: ", len(name) + 2, len(name) + 2)
    return says is Cue.CARD or (isinstance(value, str) and says is Cue.NONE)


def _group(part: Any) -> str:
    written = str(part) if isinstance(part, str | int) and not isinstance(part, bool) else ""
    return written if len(written) <= 7 and written.isascii() and written.isdigit() else ""


def _card_from(groups: list[str], start: int) -> range:
    digits, edges, longest = "", set[int](), range(0)
    for index in range(start, min(len(groups), start + LENGTHS.stop)):
        if not groups[index] or len(digits) >= LENGTHS.stop:
            break
        edges |= {len(digits)} - {0}
        digits += groups[index]
        printed = edges in PRINTED.get(len(digits), ()) or len(edges) == len(digits) - 1
        if printed and is_issued(digits):
            longest = range(start, index + 1)
    return longest
