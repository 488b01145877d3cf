"""Pages that anybody may read: found by their words, in two languages, locked down, and of one workspace alone."""

from collections.abc import Callable
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.community import board
from mci_router.errors import NotFound
from mci_router.portal.visits import only_workspace
from mci_router.specs.snapshot import Snapshot
from tests.portal.help.conftest import Make, Visit, with_portal
from tests.support.documents import small
from tests.support.rows import every
from tests.support.service import Workspace

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PATHS = ("", "search?q=password", "articles/reset", "write", "status", "incidents", "hours", "nothing")


async def test_an_article_is_found_read_and_leads_to_the_form(portal: Workspace, visit: Visit) -> None:
    """By its words, also longer forms of them, with marks; what stands in markup is text."""
    sam = await visit(portal)
    page = await sam.open()
    assert "search" in page.forms
    page = await sam.open("search?q=I forgot my passwor")
    assert page.links.index("articles/reset") > 0
    assert "<mark>" in sam.answer.text
    assert "articles/reset" in (await sam.open("articles/reset")).tags[0] or "Forgotten password" in sam.answer.text
    assert "../write" in sam.page.links
    page = await sam.open("search?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "write?subject=%3Cscript%3Ealert%281%29%3C%2Fscript%3E" in page.links
    assert "<script" not in sam.answer.text


@every("query", ["", "a" * 5_000, "%00", "' | & ! :*", "%F0%9F%98%80", "the and of", "100%25 \\"])
async def test_any_query_is_answered(portal: Workspace, visit: Visit, query: str) -> None:
    """It is bounded, and nothing in it is a query of the ledger's; a page that there is not is the last."""
    sam = await visit(portal)
    await sam.open(f"search?q={query}&page=-9&unknown=1")
    assert sam.answer.status_code == 200
    await sam.open(f"search?q=password&page={'9' * 3}")
    assert sam.answer.status_code == 200


async def test_only_answered_posts_that_everybody_sees_are_found(portal: Workspace, visit: Visit) -> None:
    """With the answer that was accepted; not while it is open, and not once it is hidden."""
    sam = await visit(portal)
    posted = await _posted(portal, "how do I set up my voicemail")
    assert f"posts/{posted}" not in (await sam.open("search?q=voicemail")).links
    await sam.open(f"posts/{posted}")
    assert sam.answer.status_code == 404
    replied = await portal.api.post(f"/v1/posts/{posted}/replies", json={"author": "mia", "body": "Dial *86 <b>."})
    accepted = await portal.api.post(f"/v1/posts/{posted}/replies/{replied.json()['id']}/accept")
    assert accepted.status_code == 200, accepted.text
    assert f"posts/{posted}" in (await sam.open("search?q=voicemail")).links
    await sam.open(f"posts/{posted}")
    assert "Dial *86 &lt;b&gt;." in sam.answer.text
    await _hide(portal, posted)
    assert f"posts/{posted}" not in (await sam.open("search?q=voicemail")).links
    for path in (f"posts/{posted}", "posts/%00", "posts/%ED%A0%80"):
        await sam.open(path)
        assert sam.answer.status_code == 404


async def _posted(workspace: Workspace, said: str) -> str:
    answer = await workspace.post(said, channel="community")
    assert answer["route"]["outcome"] == "community", answer["route"]
    return str(answer["route"]["post"]["id"])


async def _hide(workspace: Workspace, post: str) -> None:
    async with workspace.ledger() as session:
        row = await board.post(session, workspace.id, post)
        await board.hide_post(session, row.contact_id, utc_now())


async def test_every_page_is_locked_down_and_none_needs_a_script(portal: Workspace, visit: Visit) -> None:
    """Also what is not there. Every page says its language, has one heading of the first order, and sets no cookie."""
    sam = await visit(portal)
    for path in PATHS:
        page = await sam.open(path)
        headers = sam.answer.headers
        assert headers["content-security-policy"] == POLICY
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] in ("no-cache", "no-store")
        assert (headers["cache-control"] == "no-store") == bool(path in ("write", "status", "incidents", "nothing"))
        assert "set-cookie" not in headers
        assert page.lang == headers["content-language"] == "en"
        assert page.headings.count("h1") == 1
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "style", "iframe"}
        assert not [name for _, had in page.tags for name in had if name.startswith("on") or name == "style"]
        for link in page.links:
            assert not link.startswith(("/", "http")), link
    assert (await sam.open("nothing")).lang == "en"
    assert sam.answer.status_code == 404


async def test_a_head_request_does_nothing_and_says_the_same(portal: Workspace, visit: Visit) -> None:
    """Scanners follow links: no page that is only looked at changes anything."""
    sam = await visit(portal)
    for path in PATHS[:-1]:
        answer = await sam.client.head(f"{sam.root}/{path}")
        assert (answer.status_code, answer.content) == (200, b""), path
    for path in ("case/helped", "case/person", "case/messages", "case/leave", "incidents/inc_1/follow"):
        answer = await sam.client.get(f"{sam.root}/{path}")
        assert answer.status_code in (404, 405), path
    assert (await portal.api.get("/v1/contacts")).json()["items"] == []


@every(
    ("accepted", "query", "language"),
    [
        ("de-AT,en;q=0.5", "", "de"),
        ("fr,de;q=0.2,en;q=0.1", "", "de"),
        ("fr", "", "en"),
        ("en", "?lang=de", "de"),
        ("de;q=x,;;", "?lang=xx", "en"),
    ],
)
async def test_pages_speak_the_visitors_language(
    portal: Workspace, visit: Visit, accepted: str, query: str, language: str
) -> None:
    """As the browser asks, or as a link says, which all further links then keep."""
    sam = await visit(portal, **{"Accept-Language": accepted})
    page = await sam.open(query)
    assert page.lang == language
    assert ("write?lang=de" in page.links) == bool(query == "?lang=de")


async def test_a_workspace_without_a_portal_is_as_unknown_as_none(make: Make, portal: Workspace, visit: Visit) -> None:
    """Nobody learns which workspaces there are."""
    other = await make(small())
    await make(with_portal())
    sam = await visit(portal)
    answers = []
    for name in (other.name, "never-heard-of", "%00", "..%2f"):
        answer = await sam.client.get(f"/help/{name}/")
        answers.append((answer.status_code, answer.text))
    assert {status for status, _ in answers} == {404}
    assert len({text for _, text in answers}) == 1
    assert (await sam.client.get("/help")).status_code == 404  # there is more than one portal


async def test_workspaces_without_a_portal_take_no_portals_address(
    make: Make, portal: Workspace, service: tuple[str, Parts]
) -> None:
    """A second workspace, as a tutorial makes one, leaves `/help` where it was; a second portal does not."""
    other = await make(with_portal())

    def among(*workspaces: Workspace) -> Callable[[Snapshot], bool]:
        names = {workspace.name for workspace in workspaces}
        return lambda snapshot: snapshot.spec.name in names and snapshot.spec.portal is not None

    await make(small())
    assert only_workspace(service[1], among(portal)).spec.name == portal.name
    with pytest.raises(NotFound):
        only_workspace(service[1], among(portal, other))


async def test_the_portal_that_the_settings_name_is_at_help(
    portal: Workspace, service: tuple[str, Parts], visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the one of the only workspace; links work below both addresses."""
    monkeypatch.setattr(service[1].settings, "portal_workspace", portal.name)
    sam = await visit(portal)
    for path in ("/help", "/help/", f"/help/{portal.name}"):
        answer = await sam.client.get(path)
        assert (answer.status_code, answer.url.path) == (200, f"/help/{portal.name}/")


async def test_files_of_the_pages_come_with_them(portal: Workspace, visit: Visit) -> None:
    """Below the portal's own address, so that it can stand behind a domain of its own; and nothing else."""
    sam = await visit(portal)
    for name, kind in (("portal.css", "text/css"), ("shared.css", "text/css"), ("icon.svg", "image/svg+xml")):
        answer = await sam.client.get(f"{sam.root}/files/{name}")
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    for name in ("base.html", "..%2fportal.css", "%2e%2e%2fassets%2fdesk.js"):
        assert (await sam.client.get(f"{sam.root}/files/{name}")).status_code == 404


async def test_hours_are_shown_by_channel(make: Make, visit: Visit) -> None:
    """In the visitor's language, days with the same hours as one, and when a closed channel opens."""
    document = with_portal(channels=["voice", "email"])
    week = {day: [{"open": "08:00", "close": "18:00"}] for day in ("mon", "tue", "wed", "thu", "fri")}
    document["queues"][0]["hours"] = {
        "timezone": "Europe/Berlin",
        "week": {**week, "sat": [{"open": "09:00", "close": "00:00"}]},
    }
    document["queues"][1]["service_level"]["target_s"] = 14_400
    workspace = await make(document)
    sam = await visit(workspace, **{"Accept-Language": "de"})
    page = await sam.open("hours")
    assert "Montag bis Freitag: 08:00–18:00" in page.text
    assert "Samstag: 09:00–24:00" in page.text
    assert "innerhalb von 4 Stunden" in page.text
    assert page.text.index("Telefon") < page.text.index("E-Mail")


async def test_who_asks_too_much_waits_and_others_do_not(
    portal: Workspace, service: tuple[str, Parts], visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By address, and by site of IPv6; what a client claims of its own address does not help."""
    monkeypatch.setattr(service[1].settings, "portal_pages_per_min", 2)
    greedy = await visit(portal, "203.0.113.250")
    for status in (200, 200, 429):
        await greedy.open("hours")
        assert greedy.answer.status_code == status
    assert int(greedy.answer.headers["retry-after"]) > 0
    await (claims := await visit(portal, "198.51.100.7, 203.0.113.250")).open("hours")
    assert claims.answer.status_code == 429
    await (other := await visit(portal, "203.0.113.251")).open("hours")
    assert other.answer.status_code == 200


async def test_only_articles_that_everybody_may_read_now_are_found(make: Make, visit: Visit) -> None:
    """No draft, none for agents or customers alone, and none outside of its validity; a vain search is a gap."""
    document = with_portal()
    hidden: list[dict[str, Any]] = [
        {"state": "draft"},
        {"audience": "agents"},
        {"audience": "customers"},
        {"valid_from": "2999-01-01T00:00:00Z"},
        {"valid_until": "2001-01-01T00:00:00Z"},
    ]
    document["articles"] += [
        {"name": f"hidden_{number}", "topic": "sign_in", "title": "Zebra crossing", "body": "About zebras.", **more}
        for number, more in enumerate(hidden)
    ]
    workspace = await make(document)
    sam = await visit(workspace)
    assert "nothing about that" in (await sam.open("search?q=zebra")).text
    for number in range(len(hidden)):
        await sam.open(f"articles/hidden_{number}")
        assert sam.answer.status_code == 404
    for _ in range(2):
        await (await visit(workspace)).open("search?q=zebra")
    found = (await workspace.api.get("/v1/articles/gaps")).json()
    assert "zebra" in str(found)
