"""The pages of the repository, as the tests of the docs read them."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^( *)```.*?^\1```", re.M | re.S)


@cache
def pages() -> tuple[Path, ...]:
    """Returns every Markdown file in git, and those that would be."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return tuple(sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file()))


def name_of(page: Path) -> str:
    """Returns a page's path from the root of the repository."""
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """Returns a page's text without its code blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Returns the fragments that a page's headings can be linked by, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower()).replace(" ", "-") for heading in headings}
