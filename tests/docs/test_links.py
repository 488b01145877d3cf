"""Every link within the repository leads somewhere, and every page of `docs/` is found from its index."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, anchors, pages, prose


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Yields the relative links of a page: as written, the file and the fragment that each leads to."""
    text = re.sub(r"`[^`\n]*`", "", prose(page))
    for link in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.M):
        if not re.match(r"[a-z][a-z0-9+.-]*:", link):
            path, _, fragment = link.partition("#")
            yield link, (page.parent / path).resolve() if path else page, fragment


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
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
        page for page in pages() if page.is_relative_to(DOCS) and page.parent.name != "adr" and page != index and page not in listed
    ] == []
