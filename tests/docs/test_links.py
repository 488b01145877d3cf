"""Every link within the repository leads somewhere, and every page of `docs/` is found from its index."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.pages import DOCS, ROOT, anchors, pages, prose
from tests.support.rows import every


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Yields the relative links of a page: as written, the file and the fragment that each leads to."""
    text = re.sub(r"`[^`\n]*`", "", prose(page))
    for link in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.M):
        if not re.match(r"[a-z][a-z0-9+.-]*:", link):
            path, _, fragment = link.partition("#")
            yield link, (page.parent / path).resolve() if path else page, fragment


@every("page", pages())
def test_no_relative_link_is_broken(page: Path) -> None:
    """Neither its file nor its heading is missing."""
    for link, target, fragment in links(page):
        assert target.exists(), f"{link} leads to no file"
        assert not fragment or target.suffix != ".md" or fragment in anchors(target), f"{link} leads to no heading"


def test_the_index_leads_to_every_page() -> None:
    """Nobody has to guess which pages exist."""
    index = DOCS / "README.md"
    listed = {target for _, target, _ in links(index)}
    assert [
        page
        for page in pages()
        if page.is_relative_to(DOCS) and page.parent.name != "adr" and page != index and page not in listed
    ] == []


@cache
def tracked() -> tuple[str, ...]:
    """Returns the path of every file in git, each after a slash."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    return tuple(f"/{name}" for name in listed.decode().split("\0"))


@every("page", [page for page in pages() if page.name != "CHANGELOG.md"])
def test_a_file_named_on_a_page_exists(page: Path) -> None:
    """By its whole path or the end of it. The changelog says what was there once."""
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|lua))(?:::\w+)?`", prose(page)))
    assert sorted(name for name in named if not any(path.endswith(f"/{name}") for path in tracked())) == []
