"""Triage reads what the customer says now: not the mail that is answered, not the signature, and never nothing where there was a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.triage.reading import LONGEST_READ, read
from mci_router.vocabulary import Channel

OWN = "I still cannot sign in.\nThe app says that my password is wrong."
OLD = "Dear customer, please send us your order number.\nYour team"
MARKED = "".join(f"> {line}\n" for line in OLD.splitlines())


def mail(text: str, subject: str | None = None) -> str:
    return read(subject, text, Channel.EMAIL)


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 3 Mar 2026 at 10:00, Larkwave <help@larkwave.example> wrote:",
        "On Mon, 3 Mar 2026 at 10:00, Larkwave Customer Care\n<help@larkwave.example> wrote:",
        "Am 03.03.2026 um 10:00 schrieb Larkwave <help@larkwave.example>:",
        "Le lun. 3 mars 2026 à 10:00, Larkwave <help@larkwave.example> a écrit :",
        "El lun, 3 mar 2026 a las 10:00, Larkwave (<help@larkwave.example>) escribió:",
        "Il giorno lun 3 mar 2026 alle ore 10:00 Larkwave <help@larkwave.example> ha scritto:",
        "Op ma 3 mrt 2026 om 10:00 schreef Larkwave <help@larkwave.example>:",
        "pon., 3 mar 2026 o 10:00 Larkwave <help@larkwave.example>\n-----Oryginalna wiadomość-----",
        "Em seg., 3 de mar. de 2026 às 10:00, Larkwave <help@larkwave.example> escreveu:",
        "Larkwave <help@larkwave.example>, 3 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:",
        "2026-03-03 10:00 GMT+01:00 Larkwave <help@larkwave.example>:",
        "-----Original Message-----\nFrom: Larkwave\nSent: Monday\nTo: me\nSubject: your question",
        "________________________________\nFrom: Larkwave <help@larkwave.example>\nSent: 3 March 2026\nTo: Sam\nSubject: AW: order",
        "Von: Larkwave\nGesendet: Montag, 3. März 2026\nAn: Sam\nBetreff: Ihre Frage",
        "De : Larkwave\nEnvoyé : lundi 3 mars\nÀ : Sam\nObjet : votre question",
    ],
)
def test_the_mail_that_is_answered_is_cut(head: str) -> None:
    """As mail programs write it, in their languages, with its lines marked or not, above or below the answer."""
    for text in (f"{OWN}\n\n{head}\n{OLD}\n", f"{OWN}\r\n\r\n{head}\r\n\r\n{MARKED}"):
        said = mail(text)
        assert said.startswith(OWN)
        assert "order number" not in said
        assert "Dear" not in said


def test_answers_between_quoted_lines_and_below_them_stay() -> None:
    """Who answers line by line, or below, is read."""
    head = "On 3 Mar 2026, Larkwave wrote:"
    assert mail(f"{head}\n{MARKED}\n{OWN}") == OWN
    assert mail(f"{head}\n> What is your order?\n4711\n> Since when?\nsince yesterday\n") == "4711\nsince yesterday"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nSam Lee\nLee & Sons\n+49 30 901820",
        "Best regards,\nSam Lee",
        "Kind regards\n\nSam",
        "Thanks!\nSam",
        "Many thanks in advance, Sam",
        "Mit freundlichen Grüßen\nEva Meier\nMusterweg 1",
        "Viele Grüße, Eva",
        "Cordialement,\nLéa Martin",
        "Un saludo,\nLuis",
        "Cordiali saluti\nGiulia",
        "Met vriendelijke groet,\nJan",
        "Z poważaniem\nEwa",
        "Com os melhores cumprimentos,\nRui",
        "Saygılarımla,\nAli",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Best,\nSam\n\nThis e-mail is confidential and intended for the addressee only.\nPlease think before you print.",
    ],
)
def test_a_signature_is_cut(signature: str) -> None:
    """In several languages, with what stands below it."""
    assert mail(f"{OWN}\n\n{signature}\n") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but my card is still blocked.\nSomeone stole it from me.",
        "Hi\nThanks, but my card is still blocked.\nSomeone stole it from me.",
        "My troubles:\n- my card was stolen\n- I cannot sign in",
        "Hello\nBest regards are not enough, I want my money back.",
        "To: whom it may concern\nmy account was hacked",
        "From: Berlin, to: Hamburg. When do you open there?",
        "On the phone your agent wrote down:\nnothing at all",
        "Thanks\nSam",
        "-- \nonly a signature",
    ],
)
def test_in_doubt_a_line_stays(text: str) -> None:
    """What only looks like a signature, a list or a header is the customer's word, and the first line always is."""
    assert mail(text).replace("-- \n", "--\n") == text.replace("-- \n", "--\n")


def test_a_greeting_in_the_middle_of_a_long_mail_cuts_nothing() -> None:
    """A signature is short: what is longer is the rest of the mail."""
    text = "First part.\nThanks\n" + "\n".join(f"My card was used in shop {n}, and I was not there." for n in range(40))
    assert mail(text) == text


@pytest.mark.parametrize(
    "text",
    [MARKED, f"On 3 Mar 2026, Larkwave wrote:\n{MARKED}", "-----Original Message-----\nFrom: a\nTo: b\nDate: c\nthe card was stolen"],
)
def test_a_mail_of_nothing_but_quoted_text_is_read_all_the_same(text: str) -> None:
    """Forwarded, or sent without a word above it: the quoted words are what there is."""
    said = mail(text)
    assert "order number" in said or "stolen" in said
    assert ">" not in said


def test_the_subject_comes_first_and_other_channels_are_not_cut() -> None:
    """Without its "Re:". A chat may quote and sign as it likes."""
    assert mail(OWN, "Re: AW: WG: card  stolen\u200b") == f"card stolen\n{OWN}"
    assert mail("", "Fwd: card stolen") == "card stolen"
    assert read("Help", "> so you say\nBest,\nSam", Channel.CHAT) == "Help\n> so you say\nBest,\nSam"


def test_what_cannot_be_seen_is_taken_out_and_white_space_folded() -> None:
    """Zero-width and control characters, tabs, blank lines, every kind of line end."""
    for channel in (Channel.CHAT, Channel.EMAIL):
        assert read(None, "a\u200bb\x00\x1b c\t\u00a0 d\r\n\r\n \u2060\ne\u2028f", channel) == "ab c d\ne\nf"


LONG = [
    (unit * 50_000)[:50_000]
    for unit in (
        *(
            "a",
            " ",
            "\n",
            "\u200b",
            "> ",
            "> a quoted line\n",
            "\n\n>\n",
            "On ",
            "On 1 wrote ",
            "On 1 wrote:\n",
            "Am schrieb ",
            "Am 1 schrieb a:\n> b\n",
        ),
        *(
            "From: a\n",
            "From: a\nTo: b\nDate: c\n",
            "-- \n",
            "Thanks\n",
            "Thanks, ",
            "Sent from my ",
            "-",
            "_",
            "--------\n",
            "-----Original Message ",
            "* ",
        ),
        *("This e-mail is ", "Disclaimer: mail ", "2026-03-03 > ", "привет 你好 ", "Best Aa ", "1", "tarihinde 1 ", "\x85", "| "),
    )
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text[:15]))
def test_no_mail_is_a_stall(text: str) -> None:
    """The longest text, of one word, of quoted lines, of what begins like a head or a signature: a moment of CPU."""
    started = time.process_time()
    said = mail(text, text)
    assert time.process_time() - started < 0.5
    assert len(said) <= LONGEST_READ
    assert bool(said) == bool(text.replace("\u200b", "").strip())


@given(st.text(max_size=300), st.none() | st.text(max_size=50), st.sampled_from(Channel))
def test_where_there_was_a_word_there_is_one(text: str, subject: str | None, channel: Channel) -> None:
    """Whatever the characters and the channel: never nothing, never longer than the limit, and no blank lines."""
    said = read(subject, text, channel)
    assert len(said) <= LONGEST_READ
    assert all(line == " ".join(line.split()) != "" for line in said.splitlines())
    if any(map(str.isalnum, text)):
        assert said
