"""Levels follow from what members do, and say what each may."""

from time import process_time

from mci_router.community.levels import Behaviour, flags_count, held, hides_at_once, level_of, replies_per_h
from mci_router.vocabulary import MemberLevel
from tests.support.rows import every


@every(
    ("done", "level"),
    [
        (Behaviour(), "new"),
        (Behaviour(replies=2, days=2), "new"),
        (Behaviour(replies=50, days=1), "new"),
        (Behaviour(replies=3, days=2), "basic"),
        (Behaviour(replies=9, days=7, accepted=3), "regular"),
        (Behaviour(replies=9, days=6, accepted=3), "basic"),
        (Behaviour(replies=40, days=30, accepted=10), "trusted"),
        (Behaviour(replies=40, days=30, accepted=10, upheld=1), "regular"),
        (Behaviour(replies=40, days=30, accepted=10, upheld=2), "basic"),
        (Behaviour(replies=400, days=300, accepted=100, upheld=3), "new"),
    ],
)
def test_what_a_member_does_makes_its_level(done: Behaviour, level: str) -> None:
    """Answers that helped and days raise it, upheld flags lower it; much in one day does nothing."""
    assert level_of(done) == level


@every(
    "text",
    [
        *(
            "see https://spam.example/x",
            "buy at WWW.cheap.biz",
            "cheap-pills.shop has it",
            "ftp://a",
            "go to bit.ly.co/1",
        ),
        *("bit.ly/a1", "ｃｈｅａｐ．ｃｏｍ", "[here](cheap-.top)"),
    ],
)
def test_a_new_members_link_is_held(text: str) -> None:
    """However it is written; that of a basic member is not."""
    assert held(MemberLevel.NEW, text)
    assert not held(MemberLevel.BASIC, text)


@every("piece", ["-", "-a.", "a.", "a/.", "\ufdfa"])
def test_the_longest_reply_is_read_at_once(piece: str) -> None:
    """20,000 characters of anything: linear, for nothing else runs meanwhile."""
    began = process_time()
    held(MemberLevel.NEW, (piece * 20_000)[:20_000])
    assert process_time() - began < 0.5


@every("text", ["Press and hold 1.", "e.g. the menu", "Version 3.4.1 has it", "settings.voice", "on/off, 1.5/2"])
def test_words_without_a_link_are_not_held(text: str) -> None:
    """A full stop makes no link."""
    assert not held(MemberLevel.NEW, text)


def test_each_level_may_do_what_the_one_below_may() -> None:
    """And only the highest hides by one flag."""
    levels = list(MemberLevel)
    assert [flags_count(one) for one in levels] == [False, False, True, True, True]
    assert [hides_at_once(one) for one in levels] == [False, False, False, False, True]
    assert [replies_per_h(one) for one in levels] == sorted(replies_per_h(one) for one in levels)
