"""Pages of a Confluence space, exported as HTML: one ZIP with a file a page, and attachments beside them."""

import re
from collections import Counter
from pathlib import Path, PurePosixPath

from selectolax.lexbor import LexborHTMLParser

from mci_router.configuration.importing.html_text import markdown_of, plain_text
from mci_router.configuration.importing.pages import Page, Problem, Read, members_of, name_of, text_of

SUFFIXES = (".html", ".htm")
INDEX = "index.html"
_NUMBER = re.compile(r"(?:^|_)(\d+)$")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)


def read_space(archive: Path) -> Read:
    """Reads an export. Attachments and the page that lists all others are left out. Raises Unreadable."""
    read = Read()
    trees: dict[str, LexborHTMLParser] = {}
    for path, content in members_of(archive, SUFFIXES):
        if content is None:
            read.skipped.append(path)
            continue
        try:
            tree = LexborHTMLParser(_decoded(content))
        except (UnicodeDecodeError, LookupError):
            read.problems.append(Problem(path, 1, "is not in the encoding that it says, or not in UTF-8"))
            continue
        if PurePosixPath(path).name != INDEX:
            trees[path] = tree
    titled = {path: name_of(_title(tree, path)) for path, tree in trees.items()}
    counts = Counter(titled.values())  # pages of different parents may have the same title
    names = {
        path: name if name and counts[name] == 1 else name_of(f"{name[:40]} {_number(path)}")
        for path, name in titled.items()
    }
    for path, tree in trees.items():
        content_node = tree.css_first("#main-content") or tree.css_first(".wiki-content")
        if content_node is None:
            read.problems.append(Problem(path, 1, "has no #main-content: it is no page of a Confluence export"))
            continue
        body = markdown_of(content_node, {PurePosixPath(one).name: name for one, name in names.items()})
        source = f"confluence:{_space(path)}/{_number(path)}"
        read.pages.append(Page(path, source, _title(tree, path), body, {"name": names[path]}))
    return read


def _title(tree: LexborHTMLParser, path: str) -> str:
    """Returns the title of a page: an export puts `Space : Title` into it."""
    node = tree.css_first("#title-text") or tree.css_first("title")
    text = " ".join(plain_text(node).split()) if node else ""
    return (text.partition(" : ")[2] or text or PurePosixPath(path).stem)[:200]


def _number(path: str) -> str:
    """Returns the page's id in Confluence, which its file's name ends with; else the file's name."""
    stem = PurePosixPath(path).stem
    found = _NUMBER.search(stem)
    return found[1] if found else name_of(stem)


def _space(path: str) -> str:
    parent = PurePosixPath(path).parent.name
    return parent or "space"


def _decoded(content: bytes) -> str:
    said = _CHARSET.search(content[:2_000])
    encoding = said[1].decode() if said else "utf-8"
    if encoding.lower().replace("-", "") in ("utf8", "utf8sig"):
        return text_of(content)
    return content.decode(encoding).replace("\x00", "")
