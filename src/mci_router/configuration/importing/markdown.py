"""Pages of a folder of Markdown: front matter says what an article says, the first heading is else the title."""

import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from mci_router.configuration.importing.markup import without_html
from mci_router.configuration.importing.pages import Page, Problem, Read, files_of, name_of, text_of
from mci_router.configuration.yaml_bounds import TooLarge, plain, tree_of

SUFFIXES = (".md", ".markdown")
FACTS = ("name", "topic", "title", "language", "audience", "state", "valid_from", "valid_until")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(!?)\[([^\[\]]{0,500})\]\( ?<?([^()\s<>]{0,2000})>?(?: \"[^\"\n]{0,500}\")? ?\)")
_SAFE = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


def read_folder(folder: Path) -> Read:
    """Reads all Markdown below a folder. Raises Unreadable."""
    read = Read()
    files = list(files_of(folder, SUFFIXES))
    names = {path: name_of(str(PurePosixPath(path).with_suffix(""))) for path, _ in files}
    for path, content in files:
        try:
            page = _page(folder.resolve().name, path, text_of(content), names)
        except UnicodeDecodeError:
            read.problems.append(Problem(path, 1, "is not UTF-8"))
        except _Wrong as wrong:
            read.problems.append(Problem(path, wrong.line, str(wrong)))
        else:
            read.pages.append(page)
    return read


class _Wrong(Exception):
    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def _page(place: str, path: str, text: str, names: dict[str, str]) -> Page:
    front = _FRONT.match(text)
    facts, lines = _facts(front[1]) if front else ({}, {})
    heading, body = _heading(text[front.end() :] if front else text)
    title = facts.pop("title", None) or heading or PurePosixPath(path).stem
    facts.setdefault("name", names[path])
    return Page(path, f"markdown:{place}/{path}", str(title)[:200], harmless(body, path, names), facts, lines)


def _heading(text: str) -> tuple[str, str]:
    """Returns the heading that a text begins with, or "", and what follows it."""
    first, _, rest = text.lstrip().partition("\n")
    return (first.strip("# \t"), rest) if first.startswith("# ") else ("", text)


def _facts(front: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Returns what a front matter says, and the lines of it. Raises _Wrong."""
    try:
        tree = tree_of(front)
        data = plain(tree) if tree is not None else {}
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise _Wrong(line, f"the front matter is no YAML: {error.problem or error.context}") from error
    except (YAMLError, TooLarge, ValueError) as error:
        raise _Wrong(1, f"the front matter is no YAML: {error}") from error
    if not isinstance(data, dict):
        raise _Wrong(2, "the front matter is no list of names and values")
    lines = {name: tree.lc.key(name)[0] + 2 for name in data}
    for name in data:
        if name not in FACTS:
            raise _Wrong(lines[name], f"{name}: an article has no such member; there are {', '.join(FACTS)}")
    written = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in data.items()}
    return {name: value for name, value in written.items() if value is not None}, lines


def harmless(body: str, path: str, names: dict[str, str]) -> str:
    """Returns Markdown without HTML, with links to other pages as links to their articles, and only harmless others."""
    return without_html(body, lambda text: _LINK.sub(lambda match: _link(match, path, names), text)).strip()


def _link(match: re.Match[str], path: str, names: dict[str, str]) -> str:
    picture, text, target = match.groups()
    if picture:
        return text
    if _SAFE.match(target):
        return match[0]
    wanted = PurePosixPath(path).parent / unquote(target.partition("#")[0])
    parts: list[str] = []
    for part in wanted.parts:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    name = names.get("/".join(parts))
    return f"[{text}](article:{name})" if name else text
