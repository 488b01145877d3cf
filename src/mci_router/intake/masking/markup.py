"""A text as a reader sees it on a page: tags left out, entities, percent-encoding and JSON's escapes decoded. Pure.

A table's cells, a bold group or a `&nbsp;` divide a number for a pattern, but not for a reader of the page.
"""

import html
import re
from urllib.parse import unquote

from mci_router.intake.masking.patterns import words
from mci_router.intake.masking.plain import UNSEEN, Builder, Plain, folded
from mci_router.patterns import lazy_pattern

_INLINE = words("a abbr b bdi code em font i ins mark s small span strike strong sub sup tt u wbr")
_BLOCK = words(
    """address article blockquote body br button caption center col dd div dl dt footer form h1 h2 h3 h4 h5 h6 head
    header hr html img input label li link main meta nav ol p pre section select style table tbody td textarea tfoot
    th thead title tr ul"""
)
_MARKUP = lazy_pattern(
    r"%[0-9A-Fa-f]{2}|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|<!--[^<>]{0,300}-->"
    rf"|</?(?P<tag>{'|'.join(sorted(_INLINE | _BLOCK, key=len, reverse=True))})(?=[\s/>])[^<>]{{0,300}}>",
    re.IGNORECASE,
)
_PIECE = lazy_pattern(rf"{_MARKUP.pattern}|{UNSEEN}+|\s+", re.IGNORECASE)


def read_markup(text: str) -> Plain | None:
    """Returns the text to search; None: it has no markup. Linear in its length."""
    if not any(sign in text for sign in ("<", "&", "%", "\\u")) or not _MARKUP.search(seen := folded(text)):
        return None
    builder, last, spaced = Builder(), 0, False
    for match in _PIECE.finditer(seen):
        before, read = seen[last : match.start()], _read(match)
        builder.add(before, last)
        spaced = spaced and not before
        if not (spaced and read.isspace()):
            builder.add(read, match.start(), match.end() - match.start())
            spaced = read.isspace() or (spaced and not read)
        last = match.end()
    builder.add(seen[last:], last)
    return builder.plain()


def _read(match: re.Match[str]) -> str:
    written = match.group()
    if written[0] == "<":
        return "" if match["tag"] is None or match["tag"].lower() in _INLINE else " "
    if written[0] == "%":
        character = unquote(written, errors="replace")
    elif written[0] == "\\":
        # JSON writes an emoji, and a mathematical digit, as two halves; half of one alone is no character.
        character = bytes.fromhex(written.replace("\\u", "").replace("\\U", "")).decode("utf-16-be", "replace")
    elif written[0] == "&":
        character = html.unescape(written)
    else:
        return "" if written[0] == UNSEEN else "\n" if "\n" in written else " "
    character = folded(character)
    return " " if character.isspace() else "" if character == UNSEEN else character
