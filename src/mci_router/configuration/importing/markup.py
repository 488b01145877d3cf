"""HTML in Markdown: taken out where it is HTML, and left where it only looks like it. Pure, and linear in its text.

What is written between back-ticks is shown as it stands, so it stays; so does `<your name>`, of which there is no such
element. Nothing of an article is ever markup where it is read: what is taken out here is what nobody wants to read.
"""

import re
from collections.abc import Callable

_FENCED = r"^(?P<fence>`{3,20}|~{3,20})[^\n`]*\n(?:.*?^(?P=fence)[`~]*[ \t]*$|.*\Z)"
_WITHIN = r"(?<!`)(?P<ticks>`{1,10})(?!`)[^`]{1,2000}(?P=ticks)(?!`)"
_CODE = re.compile(f"{_FENCED}|{_WITHIN}", re.DOTALL | re.MULTILINE)
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000}|[^<>\s@:/]{1,200}@[^<>\s@]{1,200})>", re.IGNORECASE)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})([^<>]{0,500})>")
_ELEMENTS = frozenset(
    [
        *("a", "abbr", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "blockquote", "body"),
        *("br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data", "datalist", "dd"),
        *("del", "details", "dfn", "dialog", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure"),
        *("font", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr"),
        *("html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li", "link", "main", "map", "mark"),
        *("math", "menu", "meta", "meter", "nav", "noscript", "object", "ol", "optgroup", "option", "output", "p"),
        *("param", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "section", "select"),
        *("slot", "small", "source", "span", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td"),
        *("template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u", "ul", "var"),
        *("video", "wbr"),
    ]
)


def without_html(text: str, rewritten: Callable[[str], str]) -> str:
    """Returns Markdown without HTML; what is no code goes through `rewritten`, too."""
    pieces, at = [], 0
    text = _without_comments(text)
    for code in _CODE.finditer(text):
        pieces += [rewritten(_plain(text[at : code.start()])), code[0]]
        at = code.end()
    return "".join([*pieces, rewritten(_plain(text[at:]))])


def _plain(text: str) -> str:
    return _TAG.sub(_kept, _ADDRESS.sub(r"\1", text))


def _kept(tag: re.Match[str]) -> str:
    name, rest = tag.groups()
    return "" if name.lower() in _ELEMENTS or "=" in rest or ":" in name else tag[0]


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + len("-->")
    return "".join([*kept, text[at:]])
