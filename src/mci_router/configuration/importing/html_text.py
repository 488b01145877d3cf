"""HTML as Markdown: headings, paragraphs, lists, links, tables as lines, code. Nothing that could be run is left."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

DEEPEST = 200
LEFT_OUT = frozenset({"script", "style", "iframe", "object", "embed", "form", "noscript", "template", "svg", "img"})
BLOCKS = frozenset({"p", "div", "section", "article", "ul", "ol", "table", "tr", "blockquote", "pre", "dl", "dt", "dd"})
HEADINGS = {"h1": "##", "h2": "##", "h3": "###", "h4": "###", "h5": "###", "h6": "###"}
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
FENCE = "```"


def markdown_of(node: LexborNode, pages: Mapping[str, str]) -> str:
    """Returns the content of a node; `pages` are the names of articles by the file that a link to them names."""
    lines, code = list[str](), False
    for line in _inside(node, pages, 0).split("\n"):
        code ^= line.strip() == FENCE
        lines.append(line.rstrip() if code else line.strip())
        if not code and lines[-2:] in ([""], ["", ""]):
            lines.pop()
    return "\n".join(lines).strip()


def plain_text(node: LexborNode, depth: int = 0) -> str:
    """Returns the text of a node as it stands there."""
    if node.tag == "-text":
        return node.text(deep=False) or ""
    if depth > DEEPEST:
        return ""
    return "".join(plain_text(child, depth + 1) for child in node.iter(include_text=True))


def _inside(node: LexborNode, pages: Mapping[str, str], depth: int) -> str:
    if depth > DEEPEST:
        return ""
    return "".join(_written(child, pages, depth + 1) for child in node.iter(include_text=True))


def _written(node: LexborNode, pages: Mapping[str, str], depth: int) -> str:
    tag = node.tag or ""
    if tag == "-text":
        return _SPACES.sub(" ", node.text(deep=False) or "")
    if tag in LEFT_OUT or tag.startswith(("-", "!", "_")):
        return ""
    if tag == "br":
        return "\n"
    if tag == "pre":
        return f"\n\n{FENCE}\n{plain_text(node, depth).strip()}\n{FENCE}\n\n"
    inner = _inside(node, pages, depth)
    said = inner.strip()
    if tag == "a":
        return _link(node, said, pages)
    if tag in HEADINGS:
        return f"\n\n{HEADINGS[tag]} {said}\n\n" if said else ""
    if tag == "li":
        return f"\n- {said}" if said else ""
    if tag in ("td", "th"):
        return f"{said} | "
    if tag in MARKS:
        return f"{MARKS[tag]}{said}{MARKS[tag]}" if said else inner
    return f"\n\n{said.removesuffix(' |')}\n\n" if tag in BLOCKS else inner


def _link(node: LexborNode, said: str, pages: Mapping[str, str]) -> str:
    target = (node.attributes.get("href") or "").strip()
    name = pages.get(unquote(target.partition("#")[0]).rpartition("/")[2])
    if name and not _SAFE.match(target):
        return f"[{said}](article:{name})"
    return f"[{said}]({target})" if said and _SAFE.match(target) and not re.search(r"[\s()]", target) else said
