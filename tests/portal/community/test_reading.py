"""The community's pages for everybody: spaces, posts, search and feeds; nothing hidden is in any of them."""

from xml.etree import ElementTree as ET

from tests.community.test_moderation import HOW_TO, done, member, reply
from tests.portal.community.conftest import Make, Visit, asked, with_pages
from tests.support.documents import small
from tests.support.service import Workspace

ATOM = {"a": "http://www.w3.org/2005/Atom"}
CANARY = "canaryzoetrope"
PAGES = ("", "spaces/voicemail", "feed", "spaces/voicemail/feed", f"search?q={CANARY}")


async def test_everybody_reads_what_was_asked_and_answered(board: Workspace, visit: Visit) -> None:
    """By space and search, in two languages; not listed by search engines unless the workspace says so."""
    _, post = await asked(board)
    said = await reply(board, f"/v1/posts/{post}", f"1. Press {CANARY}.\n2. <b>Hold</b> it.")
    await done(board, "POST", f"/v1/posts/{post}/replies/{said['id']}/accept")
    reader = await visit(board)
    page = await reader.open()
    assert "Voicemail" in page.text
    assert f"./posts/{post}".removeprefix("./") in page.links
    assert ("meta", {"name": "robots", "content": "noindex"}) in page.tags
    assert reader.answer.headers["X-Robots-Tag"] == "noindex"
    assert "script-src" not in reader.answer.headers["Content-Security-Policy"]
    page = await reader.open("spaces/voicemail")
    assert [link for link in page.links if post in link] == [f"../posts/{post}"]
    page = await reader.open(f"posts/{post}")
    assert "Answer that helped" in page.text
    assert "&lt;b&gt;Hold&lt;/b&gt;" in reader.answer.text
    assert ("li", {}) in page.tags
    assert "https://shop.example/community?next=posts%2F" in "".join(page.links)
    assert not page.forms
    assert post in (await reader.open(f"search?q={CANARY}")).links[-1] or CANARY in reader.page.text
    assert "Bereiche" in (await reader.open("?lang=de")).text
    for path, status in (("spaces/nothing", 404), ("posts/pst_0", 404), ("x/y", 404), ("files/portal.css", 200)):
        await reader.open(path)
        assert reader.answer.status_code == status, path


async def test_a_workspace_says_what_search_engines_list(make: Make, visit: Visit) -> None:
    """All of it, but for a space that says otherwise; searches and feeds never."""
    document = with_pages(indexable=True)
    document["spaces"][0]["indexable"] = False
    workspace = await make(document)
    reader = await visit(workspace)
    listed = {}
    for path in ("", "spaces/voicemail", "spaces/general", "search", "feed"):
        await reader.open(path)
        listed[path] = "X-Robots-Tag" not in reader.answer.headers
    assert listed == {"": True, "spaces/voicemail": False, "spaces/general": True, "search": False, "feed": False}


async def test_a_feed_has_the_latest_posts_and_is_well_formed(board: Workspace, visit: Visit) -> None:
    """Whatever they say: it is escaped, and what no XML may have is left out."""
    _, post = await asked(board, f"{HOW_TO} <script>&amp;\u000b ]]> done")
    reader = await visit(board)
    for path, number in (("feed", 1), ("spaces/voicemail/feed", 1), ("spaces/general/feed", 0)):
        await reader.open(path)
        assert reader.answer.headers["Content-Type"].startswith("application/atom+xml")
        entries = ET.fromstring(reader.answer.content).findall("a:entry", ATOM)  # noqa: S314 — our own
        assert len(entries) == number, path
    await reader.open("feed")
    (entry,) = ET.fromstring(reader.answer.content).findall("a:entry", ATOM)  # noqa: S314 — our own
    link = entry.find("a:link", ATOM)
    assert link is not None
    assert link.get("href") == f"{board.url}/community/{board.name}/posts/{post}"
    assert "<script>" in (entry.findtext("a:title", "", ATOM) + entry.findtext("a:summary", "", ATOM))


async def test_nothing_hidden_is_in_any_page_feed_or_search(board: Workspace, visit: Visit) -> None:
    """Neither what is private, held or flagged, nor what a moderator hid."""
    reader = await visit(board)
    _, post = await asked(board)
    path = f"/v1/posts/{post}"
    held = await reply(board, path, f"{CANARY} https://x.example", await member(board, "nia"))
    assert held["hidden_why"] == "held"
    moderated = await reply(board, path, f"{CANARY} again")
    await done(board, "POST", f"{path}/replies/{moderated['id']}/accept")
    await done(board, "POST", f"{path}/replies/{moderated['id']}/hide")
    flagged = await reply(board, path, f"{CANARY} flagged")
    trusted = await member(board, "tia", "trusted")
    await done(board, "POST", f"{path}/flags", 201, member=trusted, reason="spam", reply=flagged["id"])
    for page in (*PAGES, f"posts/{post}"):
        await reader.open(page)
        assert reader.answer.status_code == 200
        assert CANARY not in reader.answer.text.replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "").replace(
            f"Results for “{CANARY}”", ""
        ), page
    _, post = await asked(board)
    bad = await reply(
        board, f"/v1/posts/{post}", f"{CANARY} somebody stole my identity and my husband says he will kill me"
    )
    assert bad["hidden_why"] == "private"
    await reader.open(f"posts/{post}")
    assert reader.answer.status_code == 404
    for page in PAGES:
        await reader.open(page)
        assert post not in reader.answer.text, page


async def test_a_workspace_without_a_community_is_as_unknown_as_none(make: Make, visit: Visit) -> None:
    """Nobody learns which workspaces there are."""
    reader = await visit(await make(small()))
    await reader.open()
    known = reader.answer
    reader.root = "/community/nowhere_at_all"
    await reader.open()
    assert (known.status_code, known.text) == (reader.answer.status_code, reader.answer.text)
