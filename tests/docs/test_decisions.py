"""Every architecture decision has the same form, and the list of them is complete."""

import re
from pathlib import Path

from tests.docs.pages import DOCS
from tests.support.rows import every

DECISIONS = tuple(sorted((DOCS / "adr").glob("[0-9]*.md")))
SECTIONS = ["Context", "Decision", "Alternatives considered", "Consequences"]
HEAD = re.compile(r"# (\d{4}) \S[^\n]*\n\n- Date: (\d{4}-\d\d-\d\d)\n- Status: ([^\n]+)\n\n## Context\n")
NOTE = re.compile(r"Note of \d{4}-\d\d-\d\d: .+")
STATUS = re.compile(r"(proposed|accepted|superseded)\b")


def name(page: Path) -> str:
    return page.name


@every("page", DECISIONS)
def test_a_decision_has_date_status_and_the_four_sections(page: Path) -> None:
    """In that order, and none of them is empty; notes of what was learnt later may follow."""
    text = page.read_text(encoding="utf-8")
    head = HEAD.match(text)
    assert head, "the page does not begin with its number and title, `- Date:`, `- Status:` and `## Context`"
    assert head[1] == page.name[:4]
    assert STATUS.match(head[3])
    parts = re.split(r"^## (.+)\n", text, flags=re.M)[1:]
    assert parts[: 2 * len(SECTIONS) : 2] == SECTIONS
    assert all(NOTE.fullmatch(title) for title in parts[2 * len(SECTIONS) :: 2])
    assert all(part.strip() for part in parts[1::2])


@every("page", DECISIONS)
def test_each_alternative_says_what_it_is_and_why_it_lost(page: Path) -> None:
    """Two at least: with one there was nothing to decide."""
    section = page.read_text(encoding="utf-8").partition("\n## Alternatives considered\n")[2].partition("\n## ")[0]
    alternatives = re.findall(r"^- (.+)$", section, re.M)
    assert len(alternatives) >= 2
    assert [line for line in alternatives if not re.match(r"\*{1,2}.+?\*{1,2}:? .{20,}", line)] == []


@every("page", DECISIONS)
def test_what_is_superseded_names_a_decision_that_came_later(page: Path) -> None:
    """So that a reader of the old one finds the new one."""
    status = re.search(r"^- Status: (.+)$", page.read_text(encoding="utf-8"), re.M)
    assert status
    if "superseded" in status[1]:
        later = re.findall(r"\[(\d{4})\]\((\d{4})-[\w-]+\.md\)", status[1])
        assert later
        assert all(number == target > page.name[:4] for number, target in later)


def test_the_list_has_every_decision_once_and_in_order() -> None:
    """And no number is given twice."""
    listed = re.findall(
        r"^\| \[(\d{4})\]\(([\w-]+\.md)\) \|", (DOCS / "adr" / "README.md").read_text(encoding="utf-8"), re.M
    )
    assert listed == [(page.name[:4], page.name) for page in DECISIONS]
    assert len({number for number, _ in listed}) == len(listed)
