"""HTML of mails to text: what a reader sees of it, line by line. It is bounded before it is parsed."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mci_router.adapters.email.bounds import DEEPEST_HTML, LARGEST_HTML

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# What need not be closed does not nest what follows it.
_FLAT = frozenset(
    [
        *("area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input"),
        *("li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot"),
        *("th", "thead", "tr", "track", "wbr"),
    ]
)
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tr", "ul"),
    ]
)
_UNREAD = ("script", "style", "head", "title", "template", "noscript", "object", "svg")
_QUOTE = "blockquote"


class BeyondBounds(Exception):
    """The HTML is larger or deeper than any that a person writes. Says which."""


def text_of(html: str) -> str:
    """Returns what a reader sees; quoted mail is marked as in plain text. Raises BeyondBounds."""
    if len(html) > LARGEST_HTML:
        raise BeyondBounds("html_too_large")
    if _depth(html) > DEEPEST_HTML:
        raise BeyondBounds("html_too_deep")
    tree = LexborHTMLParser(html)
    tree.strip_tags(list(_UNREAD), recursive=True)
    if tree.body is None:
        return ""
    lines: list[str] = [""]
    quoted: list[bool] = [False]
    _read(tree.body, lines, quoted, quote=False)
    shown = [
        f"> {line.strip()}" if within and line.strip() else line.strip()
        for line, within in zip(lines, quoted, strict=True)
    ]
    return "\n".join(_without_gaps(shown)).strip()


def _depth(html: str) -> int:
    depth = deepest = 0
    for closes, name in _TAG.findall(html):
        if name.lower() not in _FLAT:
            depth = max(0, depth - 1) if closes else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _read(node: LexborNode, lines: list[str], quoted: list[bool], *, quote: bool) -> None:
    """Adds what a node shows to the last line, and begins lines where it is a block."""
    for child in node.iter(include_text=True):
        tag = (child.tag or "").lower()
        if tag == "-text":
            lines[-1] += _on_one_line(child.text_content or "")
            quoted[-1] = quote
            continue
        block, within = tag in _BLOCKS, quote or tag == _QUOTE
        if block:
            _begin(lines, quoted, quote=within)
        _read(child, lines, quoted, quote=within)
        if block and tag != "br":
            _begin(lines, quoted, quote=quote)
        elif tag in ("td", "th"):
            lines[-1] += " "


def _on_one_line(text: str) -> str:
    """Returns a text as it is shown: every white space is one space."""
    inner = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{inner}{' ' * (text[-1:].isspace() and bool(inner))}"


def _begin(lines: list[str], quoted: list[bool], *, quote: bool) -> None:
    lines.append("")
    quoted.append(quote)


def _without_gaps(lines: list[str]) -> list[str]:
    """Returns the lines with at most one that is empty between two."""
    return [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
