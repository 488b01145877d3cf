"""A language is told when it is sure, and else not: short texts, numbers and mixtures are none."""

import csv
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.triage.language import READ, detect
from tests.support.rows import every
from tests.triage.sentences import SENTENCES

BANKING = Path(__file__).parents[3] / "shared" / "data" / "banking77"
WRITTEN = [(code, text) for code, texts in SENTENCES.items() for text in texts]


def code_of(text: str) -> str | None:
    found = detect(text)
    return found.code if found else None


def test_what_customers_write_is_read_in_its_language() -> None:
    """Of 64 sentences in eight languages at least 60 are told, and none as another language."""
    told = [(code, code_of(text), text) for code, text in WRITTEN]
    assert [each for each in told if each[1] not in (each[0], None)] == []
    assert sum(found == code for code, found, _ in told) >= 60


def test_questions_in_english_are_not_taken_for_another_language() -> None:
    """At least 99.9 % are English or none, and at least 95 % are English: 13,083 short questions, many with mistakes."""
    if not BANKING.is_dir():
        print("../shared/data/banking77 is absent: no questions in English to try")
        return
    texts = [
        row["text"]
        for part in ("train", "test")
        for row in csv.DictReader((BANKING / f"{part}.csv").read_text("utf-8").splitlines())
    ]
    codes = [code_of(text) for text in texts]
    assert sum(code not in ("en", None) for code in codes) <= 0.001 * len(codes)
    assert codes.count("en") >= 0.95 * len(codes)


@every(
    "text",
    [
        "",
        "   ",
        "4711",
        "???",
        "😀😀",
        "ok",
        "help",
        "asdf qwer",
        "https://www.beispiel.example/rechnung/hilfe",
        "\u200b" * 50,
    ],
)
def test_what_says_too_little_has_no_language(text: str) -> None:
    """A word or two, numbers, signs, addresses."""
    assert detect(text) is None


def test_masks_and_addresses_do_not_make_a_text_english() -> None:
    """They are taken out first."""
    text = "Bitte prüfen Sie [card number removed] und [IBAN removed], mehr unter https://help.example/your/account/settings/please"
    assert code_of(text) == "de"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("你好，我的卡丢了，请帮我冻结", "zh"),
        ("مرحبا لا أستطيع الدخول إلى حسابي", "ar"),
        ("Δεν μπορώ να συνδεθώ", "el"),
    ],
)
def test_other_scripts_are_read(text: str, code: str) -> None:
    """Not only Latin letters."""
    assert code_of(text) == code


def test_only_the_beginning_is_read() -> None:
    """However long a text is, it costs only as much as its first characters."""
    german = "Ich kann mich seit gestern nicht mehr anmelden. " * 30
    assert detect(german[:READ] + "and this is English " * 5_000) == detect(german[:READ])
    started = time.process_time()
    for text in ("a" * 50_000, " " * 50_000, "\u200b" * 50_000, "@" * 50_000, "[x " * 16_000, "http://" * 7_000):
        detect(text)
    assert time.process_time() - started < 1


def test_threads_get_the_same_answers() -> None:
    """The model keeps nothing between texts."""
    texts = [text for _, text in WRITTEN] * 5
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(detect, texts)) == [detect(text) for text in texts]


@given(st.text(max_size=200))
def test_any_text_can_be_asked(text: str) -> None:
    """None, or a code of two or three letters with a probability."""
    found = detect(text)
    assert found is None or (len(found.code) in (2, 3) and found.code.isalpha() and 0.5 < found.probability <= 1.0001)
