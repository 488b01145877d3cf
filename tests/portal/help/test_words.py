"""How the pages say things: times, durations, hours, snippets, blocks; and that both languages have every text. Pure."""

import re
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from mci_router.errors import NotFound
from mci_router.portal import times
from mci_router.portal.blocks import blocks
from mci_router.portal.bounds import client_of
from mci_router.portal.help.opening import hours_lines
from mci_router.portal.help.searching import asked, snippet
from mci_router.portal.help.visits import only_portal
from mci_router.portal.rendering import TEMPLATES
from mci_router.portal.seals import Pass, Seals
from mci_router.portal.texts import TEXTS
from mci_router.settings import Settings
from mci_router.specs.queues import HoursBlock, OpenHours
from tests.support.rows import every

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
FIELDS = re.compile(r"\{(\w+)\}")


def test_both_languages_say_the_same() -> None:
    """Every text is there twice, with the same values in it; and every text of a template is in the table."""
    for key, (english, german) in TEXTS.items():
        assert english.strip(), key
        assert german.strip(), key
        assert sorted(FIELDS.findall(english)) == sorted(FIELDS.findall(german)), key
    for template in (one for folder in TEMPLATES for one in folder.glob("*.html")):
        for key in re.findall(r"""\bt\(["']([\w.]+)["']""", template.read_text(encoding="utf-8")):
            assert key in TEXTS or any(known.startswith(key) for known in TEXTS), (template.name, key)


@every(
    ("moment", "english", "german"),
    [
        (NOW, "today at 11:00", "heute um 11:00 Uhr"),
        (NOW + timedelta(hours=14), "tomorrow at 01:00", "morgen um 01:00 Uhr"),
        (NOW - timedelta(days=1), "yesterday at 11:00", "gestern um 11:00 Uhr"),
        (NOW + timedelta(days=5), "on Friday, 4 December at 11:00", "am Freitag, 4. Dezember um 11:00 Uhr"),
        (NOW + timedelta(days=40), "on Friday, 8 January 2027 at 11:00", "am Freitag, 8. Januar 2027 um 11:00 Uhr"),
    ],
)
def test_a_moment_is_said_as_people_do(moment: datetime, english: str, german: str) -> None:
    """In the time of the workspace, not of the server."""
    assert times.at("en", BERLIN, moment, NOW) == english
    assert times.at("de", BERLIN, moment, NOW) == german


@every(
    ("seconds", "said"),
    [
        (5, "less than a minute"),
        (60, "a minute"),
        (61, "2 minutes"),
        (5_400, "90 minutes"),
        (7_200, "2 hours"),
        (14_400, "4 hours"),
        (172_800, "2 days"),
    ],
)
def test_a_duration_is_said_roughly_and_never_too_short(seconds: float, said: str) -> None:
    assert times.lasting("en", seconds) == said


def test_hours_are_said_in_runs_of_days() -> None:
    """What is open at all hours says so; days without a block are left out."""
    nine = HoursBlock(open=time(9), close=time(12))
    late = HoursBlock(open=time(13), close=time(0))
    hours = OpenHours(timezone="UTC", week={"mon": [nine, late], "tue": [nine, late], "thu": [nine], "sun": [nine]})
    assert list(hours_lines("en", hours)) == [
        "Monday to Tuesday: 09:00–12:00 13:00–24:00",
        "Thursday: 09:00–12:00",
        "Sunday: 09:00–12:00",
    ]
    assert list(hours_lines("de", None)) == ["Jederzeit"]


@settings(max_examples=60)
@given(st.text(max_size=400), st.text(max_size=60))
def test_a_snippet_is_a_piece_of_the_text(text: str, query: str) -> None:
    """Whatever is asked: nothing is added but dots, and what is marked begins with a word of the question."""
    words = asked(query) or ["none"]
    pieces = snippet(text, words)
    shown = "".join(piece.text for piece in pieces)
    assert shown.removeprefix("… ").removesuffix(" …") in " ".join(text.split())
    assert all(any(piece.text.casefold().startswith(word[:1]) for word in words) for piece in pieces if piece.marked)


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_blocks_keep_every_line(text: str) -> None:
    kept = [line for block in blocks(text) for line in block.lines]
    assert len(kept) == sum(bool(line.strip()) for line in text.splitlines())


def test_lists_are_lists() -> None:
    found = blocks("First:\n1. one\n2) two\n\n- a\n* b\nend")
    assert [(block.kind, block.lines) for block in found] == [
        ("p", ["First:"]),
        ("ol", ["one", "two"]),
        ("ul", ["a", "b"]),
        ("p", ["end"]),
    ]


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_no_forged_seal_is_read(forged: str) -> None:
    """What is not ours is nothing, whatever it is; a seal of one purpose or secret is none of another."""
    seals = Seals("secret")
    assert seals.read_form(forged, "w", "write") is None
    assert seals.read_pass(forged, "w") is None
    mine = seals.form("w", "write", "case")
    assert seals.read_form(mine, "w", "write", "case")
    for other in (("x", "write", "case"), ("w", "add", "case"), ("w", "write", "")):
        assert seals.read_form(mine, *other) is None
    holder = Pass("w", "case")
    assert seals.read_pass(seals.pass_for(holder), "w") == holder
    assert Seals("another").read_pass(seals.pass_for(holder), "w") is None


@every(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "8.8.8.8, 198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "8.8.8.8; 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "nonsense", ""),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("", "198.51.100.1", ""),
    ],
)
def test_a_client_is_known_by_what_our_proxies_say(peer: str, forwarded: str, client: str) -> None:
    """And by nothing that it says itself, also where a proxy adds a line (here after `;`) to the client's own."""
    lines = [(b"x-forwarded-for", line.encode()) for line in forwarded.split("; ") if line]
    request: Any = SimpleNamespace(client=SimpleNamespace(host=peer), headers=Headers(raw=lines))
    parts: Any = SimpleNamespace(settings=Settings(_env_file=None))
    assert client_of(request, parts) == client


def test_the_only_workspace_is_at_help_and_of_two_neither() -> None:
    def parts(*names: str, complete: bool = True) -> Any:
        spec = [SimpleNamespace(spec=SimpleNamespace(name=name, portal=True)) for name in names]
        snapshots = SimpleNamespace(cached=lambda: spec, complete=complete)
        return SimpleNamespace(snapshots=snapshots, settings=Settings(_env_file=None))

    assert only_portal(parts("one")).spec.name == "one"
    for several in (parts("one", "two"), parts(), parts("one", complete=False)):
        with pytest.raises(NotFound):
            only_portal(several)
