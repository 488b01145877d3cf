"""HTML that does no harm: what a message may show of a mail or a page. Pure."""

import re

import nh3

MOST_BYTES = 262_144
DEEPEST = 64  # open elements: a browser's work grows with their square
TAGS = frozenset(
    {
        *("a", "abbr", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img"),
        *("li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr"),
        *("u", "ul"),
    }
)
CELLS = frozenset({"colspan", "rowspan"})
ATTRIBUTES = {"a": {"href", "title"}, "img": {"alt"}, "td": set(CELLS), "th": set(CELLS)}
SCHEMES = frozenset({"https", "http", "mailto", "tel"})
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^>]*?(/?)>")
_EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


def harmless(html: str) -> str | None:
    """Returns the HTML without what runs, loads or misleads; None if it is too long or too deep to be read safely."""
    if len(html.encode()) > MOST_BYTES or _depth(html) > DEEPEST:
        return None
    return nh3.clean(html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(SCHEMES))


def _depth(html: str) -> int:
    """Returns how deep the elements are nested, at most; an end that nobody began counts as none."""
    depth = deepest = 0
    for end, name, empty in _TAG.findall(html):
        if end:
            depth = max(0, depth - 1)
        elif not empty and name.lower() not in _EMPTY:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
