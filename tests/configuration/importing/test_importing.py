"""Articles made of a folder of Markdown, and of an exported Confluence space: read, bounded, planned, and applied."""

import stat
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from mci_router.configuration.importing import pages
from mci_router.configuration.importing.confluence import read_space
from mci_router.configuration.importing.markdown import harmless, read_folder
from mci_router.configuration.importing.pages import Unreadable
from mci_router.configuration.importing.plan import Defaults, plan_of
from tests.support.forked import run
from tests.support.processes import environment
from tests.support.service import Workspace

FOLDER = {
    "fees/on_your_bill.md": """---
topic: complaint
audience: customers
valid_from: 2026-01-01T00:00:00Z
---
# Fees on your bill

They are on page two. <script>alert(1)</script> See [late payments](../late.md#top), [us](https://example.com) and
[this](javascript:alert). ![a picture](x.png)
<!-- for us -->
""",
    "late.md": "# Late payments #\n\nPay within two weeks.\n",
    "notes.txt": "no page",
}
PAGE = """<!doctype html><html><head><title>Help : Sign in</title><meta charset="utf-8"></head><body>
<h1 id="title-heading"><span id="title-text"> Help : Sign in </span></h1><div id="main-content" class="wiki-content">
<p onclick="x()">Open the <strong>sign-in</strong> page.&nbsp;See <a href="Reset_102.html">reset</a>,
<a href="javascript:alert(1)">this</a> and <a href="https://example.com/a">that</a>.</p><script>alert(1)</script>
<ul><li>One</li><li>Two <b>words</b></li></ul><table><tr><th>Plan</th><td>Price</td></tr></table>
<pre>  code
    here</pre><img src="attachments/1/2.png"></div></body></html>"""
SPACE = {
    "HELP/index.html": "<html><body>all pages</body></html>",
    "HELP/Sign-in_101.html": PAGE,
    "HELP/Reset_102.html": PAGE.replace("Sign in", "Réset"),
    "HELP/attachments/101/2.png": "PNG",
}


def folder(tmp_path: Path, **changes: str) -> Path:
    place = tmp_path / "help"
    for path, text in {**FOLDER, **changes}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")
    return place


def archive(tmp_path: Path, members: dict[str, Any]) -> Path:
    place = tmp_path / "space.zip"
    with ZipFile(place, "w", ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return place


def test_markdown_says_what_an_article_is_in_its_front_matter(tmp_path: Path) -> None:
    """Else by its heading and its path; links between pages lead to articles, and nothing in it can be run."""
    place = folder(tmp_path)
    (place / "elsewhere.md").symlink_to("/etc/hostname")
    fees, late = read_folder(place).pages
    assert (fees.title, fees.facts["name"], fees.source) == (
        "Fees on your bill",
        "fees_on_your_bill",
        "markdown:help/fees/on_your_bill.md",
    )
    assert fees.facts["audience"] == "customers"
    assert fees.body == (
        "They are on page two. alert(1) See [late payments](article:late), [us](https://example.com) and\nthis. a picture"
    )
    assert (late.title, late.body) == ("Late payments", "Pay within two weeks.")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("See <https://example.com/help> or <help@example.com>.", "See https://example.com/help or help@example.com."),
        ("Type `ssh <host>` and <your name>.", "Type `ssh <host>` and <your name>."),
        ("```html\n<b>bold</b> [a](b.md)\n```\nas <b>this</b>", "```html\n<b>bold</b> [a](b.md)\n```\nas this"),
        ("~~~\n<script>\n~~~\n<script>alert(1)</script>", "~~~\n<script>\n~~~\nalert(1)"),
        ("``` <b>not closed", "``` not closed"),
        ("<x onclick=run()>y</x><svg:a>z", "y</x>z"),
        ("a<javascript:run()> <IMG SRC=x>b", "a b"),
    ],
)
def test_only_html_is_taken_out_of_markdown(written: str, kept: str) -> None:
    """An address in angle brackets is an address, code is code, and `<your name>` is what the reader is to fill in."""
    assert harmless(written, "a.md", {"b": "bee"}) == kept


def test_markdown_that_is_written_to_take_long_does_not() -> None:
    """Back-ticks, fences and brackets without end: what is bounded ends, whatever it is made of."""
    for some in ("`", "```\n", "~~~\n", "<a", "<!--", "`a", "<a@", "[a]("):
        assert harmless(some * (300_000 // len(some)), "a.md", {}) is not None


def test_problems_are_told_by_file_and_line(tmp_path: Path) -> None:
    """Of front matter as of what it says; none of the pages becomes an article then."""
    place = folder(
        tmp_path,
        **{
            "a.md": "---\ntopic: complaint\nowner: me\n---\nText",
            "b.md": "---\ntopic: nothing\n---\nText",
            "c.md": "---\ntopic: [\n---\nText",
            "d.md": "---\ntopic: complaint\nlanguage: english\n---\nText",
            "e.md": "---\ntopic: complaint\n---\n",
            "f.md": "---\ntopic: complaint\nname: late\n---\nText",
        },
    )
    (place / "g.md").write_bytes(b"\xff\xfe\x00x")
    plan = plan_of(read_folder(place), {}, {"complaint": None}, Defaults(topic="complaint"))
    told = [str(problem) for problem in plan.problems]
    for wanted in ("a.md:3: owner", "b.md:2: topic", "c.md:", "d.md:3: language", "e.md:1: body", "g.md:1: is not"):
        assert [one for one in told if one.startswith(wanted)], (wanted, told)
    assert [one for one in told if "late" in one and ", too" in one]
    assert not plan.problems[0].where.startswith("/")


def test_a_confluence_page_becomes_markdown(tmp_path: Path) -> None:
    """What is not text is left out, links between pages are kept as links between articles, attachments are named."""
    read = read_space(archive(tmp_path, SPACE))
    page, other = read.pages
    assert (page.title, page.source, page.facts["name"]) == ("Sign in", "confluence:HELP/101", "sign_in")
    assert (other.title, other.facts["name"]) == ("Réset", "reset")
    assert page.body == (
        "Open the **sign-in** page. See [reset](article:reset), this and [that](https://example.com/a).\n\n"
        "- One\n- Two **words**\n\nPlan | Price\n\n```\ncode\n    here\n```"
    )
    assert (read.skipped, read.problems) == (["HELP/attachments/101/2.png"], [])


def _linked(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize("name", ["../out.html", "/etc/out.html", "HELP/../../out.html", "C:\\out.html"])
def test_an_archive_cannot_lead_out_of_itself(tmp_path: Path, name: str) -> None:
    """By no spelling."""
    with pytest.raises(Unreadable, match="leads out"):
        read_space(archive(tmp_path, {name: PAGE}))


def test_an_archive_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what is unpacked, not by what it says; no link is followed, and no archive is what is none."""
    with pytest.raises(Unreadable, match="bytes"):
        read_space(archive(tmp_path, {"HELP/big.html": "<p>" + " " * (pages.LARGEST_PAGE + 1)}))
    with pytest.raises(Unreadable, match="is a link"):
        read_space(archive(tmp_path, {_linked("HELP/a.html"): "/etc/passwd"}))  # type: ignore[dict-item]
    monkeypatch.setattr(pages, "MOST_FILES", 3)
    with pytest.raises(Unreadable, match="more than 3"):
        read_space(archive(tmp_path, SPACE))
    (tmp_path / "none.zip").write_text("no archive")
    with pytest.raises(Unreadable):
        read_space(tmp_path / "none.zip")


def test_deep_and_strange_pages_end_soon(tmp_path: Path) -> None:
    """What nests without end is cut; what is in another encoding is read in it; what is no page is a problem."""
    deep = PAGE.replace("<p onclick", "<div>" * 5_000 + "deep" + "</div>" * 5_000 + "<p onclick")
    latin = PAGE.replace('charset="utf-8"', 'charset="iso-8859-1"').replace("Sign in", "Gebühren").encode("latin-1")
    members = {"HELP/a_1.html": deep, "HELP/b_2.html": latin, "HELP/c_3.html": "<p>x", "HELP/d_4.html": b"\xff\xff"}
    read = read_space(archive(tmp_path, members))
    assert [page.title for page in read.pages] == ["Sign in", "Gebühren"]
    assert "sign-in" in read.pages[0].body
    assert [problem.where for problem in read.problems] == ["HELP/d_4.html", "HELP/c_3.html"]
    strange = folder(
        tmp_path, **{"x.md": "# " + "#" * 50_000 + "a\n" + "<!--" * 50_000 + "[a](" * 50_000 + " " * 50_000}
    )
    assert len(read_folder(strange).pages) == 3


async def test_an_import_is_idempotent_and_dry_at_first(workspace: Workspace, tmp_path: Path, settings: Any) -> None:
    """The dry run changes nothing; what is imported again is left, what has changed is a version by the import."""
    place = folder(tmp_path)

    async def imported(*more: str) -> tuple[int, str]:
        command = ("import-articles", str(place), "--workspace", workspace.name, "--topic", "complaint", *more)
        return await run(*command, variables=environment(settings.database_url, ""))

    code, told = await imported("--dry-run")
    assert (code, "would be made: late" in told) == (0, True), told
    assert (await workspace.api.get("/v1/articles/late")).status_code == 404
    assert "made 2, changed 0, left 0" in (await imported())[1]
    assert "made 0, changed 0, left 2" in (await imported())[1]
    (place / "late.md").write_text("# Late payments\n\nPay within a week.\n")
    (place / "fees/on_your_bill.md").unlink()
    told = (await imported())[1]
    assert "changed: late" in told
    assert "not at its source any more, left as it is: fees_on_your_bill" in told
    versions = (await workspace.api.get("/v1/articles/late/versions")).json()["items"]
    assert [(one["version"], one["author"]) for one in versions] == [
        (2, "mci-router import-articles"),
        (1, "mci-router import-articles"),
    ]
    (place / "bad.md").write_text("---\ntopic: nothing\n---\nx")
    code, told = await imported()
    assert (code, "bad.md:2: topic" in told, "nothing was imported" in told) == (1, True, True)
