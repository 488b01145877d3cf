"""Triage reads what the customer says now: not the mail that is answered, not the signature, and never nothing where
there was a text.

What must not be missed is read wherever it stands.
"""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.classifier.characters import LONGEST_READ
from mci_router.classifier.features import LONGEST_TEXT
from mci_router.triage.reading import LONGEST_JUDGED, hear, judged, read
from mci_router.vocabulary import Channel
from tests.support.rows import every

OWN = "I still cannot sign in.\nThe app says that my password is wrong."
OLD = "Dear customer, please send us your order number.\nYour team"
MARKED = "".join(f"> {line}\n" for line in OLD.splitlines())


def mail(text: str, subject: str | None = None) -> str:
    return read(subject, text, Channel.EMAIL)


@every(
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
        "________________________________\nFrom: Larkwave <help@larkwave.example>\nSent: 3 March 2026\nTo: "
        "Sam\nSubject: AW: order",
        "Von: Larkwave\nGesendet: Montag, 3. März 2026\nAn: Sam\nBetreff: Ihre Frage",
        "2026年3月3日(火) 10:00 Larkwave <help@larkwave.example>:",
        "2026/03/03 10:00、Larkwave <help@larkwave.example>のメール:",
        "-----元のメッセージ-----",
        "差出人: Larkwave <help@larkwave.example>\n送信日時: 2026年3月3日\n宛先: Sam\n件名: ご質問",
        "Larkwave <help@larkwave.example> 于2026年3月3日周二 10:00写道：",
        "在 2026-03-03 10:00:00，Larkwave <help@larkwave.example> 写道：",
        "发件人: Larkwave\n发送时间: 2026年3月3日 10:00\n收件人: Sam\n主题: 答复",
        "寄件者: Larkwave\n寄件日期: 2026年3月3日\n收件者: Sam\n主旨: 答覆",
        "------------------ 原始邮件 ------------------",
        "Στις Τρί, 3 Μαρ 2026 στις 10:00 π.μ., ο χρήστης Larkwave <help@larkwave.example> έγραψε:",
        "Στις Τρί, 3 Μαρ 2026 στις 10:00 π.μ., ο χρήστης Larkwave\n<help@larkwave.example> έγραψε:",
        "Από: Larkwave\nΣτάλθηκε: Τρίτη, 3 Μαρτίου 2026\nΠρος: Sam\nΘέμα: Η ερώτησή σας",
        "في الثلاثاء، 3 مارس 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Larkwave <help@larkwave.example>:",
        "من: Larkwave\nتاريخ الإرسال: 3 مارس 2026\nإلى: Sam\nالموضوع: سؤالك",
        "-----الرسالة الأصلية-----",
        "От: Larkwave\nОтправлено: 3 марта 2026 г.\nКому: Sam\nТема: Ваш вопрос",
        "##- Please type your reply above this line -##",
        "##- 返信はこの行より上に入力してください -##",
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


@every(
    "signature",
    [
        "-- \nSam Lee\nLee & Sons\n+49 30 901820",
        "Best regards,\nSam Lee",
        "Kind regards\n\nSam",
        "Thanks!\nSam",
        "Best regards, Sam Lee, 4 Mill Road, Springfield",
        "Many thanks - Sam Lee - +49 30 901820",
        "Regards\nSam Lee\nPlease consider the environment before printing this.",
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
        "Best,\nSam\n\nThis e-mail is confidential and intended for the addressee only.\nPlease think before you "
        "print.",
    ],
)
def test_a_signature_is_cut(signature: str) -> None:
    """In several languages, with what stands below it."""
    assert mail(f"{OWN}\n\n{signature}\n") == OWN


@every(
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


def test_a_greeting_in_the_middle_of_a_long_mail_cuts_no_sentence() -> None:
    """However much follows it."""
    sentences = [f"My card was used in shop {n}, and I was not there." for n in range(30)]
    assert mail("\n".join(["First part.", "Thanks", *sentences])) == "\n".join(["First part.", *sentences])


@every(
    ("below", "said"),
    [
        ("Thanks\n\nOne more thing: my bill is wrong", "One more thing: my bill is wrong"),
        ("Kind regards\nSam Lee\n\nPS: where do I find my bill?", "PS: where do I find my bill?"),
        (
            "Cheers\nSam\nHead of IT\n4 Mill Road\nSpringfield, ZZ 12345\nP.S. my bill is late\nand nobody answers",
            "P.S. my bill is late\nand nobody answers",
        ),
        ("-- \nSam Lee\nRefuge, room 9\nmy bill is wrong as well", "my bill is wrong as well"),
        ("Sent from my iPhone\n\nwhy is my bill late", "why is my bill late"),
        (
            "Viele Grüße\nEva Meier\nAm Hang 3, 12345 Musterstadt\nAuch meine Rechnung ist falsch",
            "Auch meine Rechnung ist falsch",
        ),
        ("Un saludo\nLuis\n\nP.D.: no puedo entrar en mi cuenta", "P.D.: no puedo entrar en mi cuenta"),
        ("Cordialement\nLéa Martin\nje ne peux pas payer", "je ne peux pas payer"),
        ("Best\nSam\nThis e-mail is confidential and meant for the recipient. I lost my router.", "I lost my router."),
    ],
)
@every("channel", [Channel.EMAIL, Channel.CHAT, Channel.COMMUNITY])
def test_a_sentence_below_a_signature_is_read(below: str, said: str, channel: Channel) -> None:
    """A postscript, or whatever else has a verb: names, titles, companies and addresses around it are cut, on every
    channel.
    """
    assert read(None, f"{OWN}\n\n{below}\n", channel) == f"{OWN}\n{said}"


@pytest.mark.parametrize(
    "signature",
    [
        "Sam",
        "Sam Lee",
        "Sam Lee\n4 Mill Road\nSpringfield, ZZ 12345",
        "Eva Meier\nMusterweg 1\n12345 Musterstadt",
        "Sam Lee\n+49 30 901820",
        "Sam\nsam@post.example",
    ],
)
def test_a_signature_that_nothing_begins_is_cut_from_a_mail(signature: str) -> None:
    """A name below the last sentence, and where its bearer lives or can be reached."""
    assert mail(f"{OWN}\n\n{signature}") == OWN


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.SMS, Channel.EMAIL])
def test_a_sign_off_behind_the_last_sentence_is_cut(channel: Channel) -> None:
    """On one line, with who signs."""
    for signed in ("Thanks, Sam Lee", "Best regards, Sam Lee, 4 Mill Road", "Viele Grüße Eva"):
        assert read(None, f"My line is dead. Please help! {signed}", channel) == "My line is dead. Please help!"
    assert read(None, "My line is dead. Thanks, but my card is blocked, too", channel).endswith("blocked, too")


@pytest.mark.parametrize(
    "text",
    [
        "It says:\nerror 691",
        "Which of them is mine?\n4711",
        "hi\nWifi Down",
        "It shows\nLink Lost Again Since Monday Night",
    ],
)
def test_what_is_no_name_stays_at_the_end_of_a_mail(text: str) -> None:
    """Numbers and messages are not names."""
    assert mail(text) == text


@every("channel", list(Channel))
def test_everything_is_read_for_what_must_not_be_missed(channel: Channel) -> None:
    """Signature and postscript, however short: all that the customer wrote, but for what others did."""
    below = "Best\nSam\nwants to die\n12 Mill Road"
    words = hear("AW: the box", f"{OWN}\n{below}\nSent from my phone\n", channel)
    assert words.everything == f"AW: the box\n{OWN}\n{below}\nSent from my phone"
    assert words.own


def test_the_small_print_of_companies_is_not_the_customers_word() -> None:
    """It speaks of misuse and of the law. What the customer says beside it is read."""
    print_ = "This e-mail is confidential. Any unauthorised use of payment data is prohibited. Delete it if you are not the addressee."
    for text in (f"{OWN}\nBest\nSam\n{print_}", f"{OWN}\n{print_}"):
        said = hear(None, text, Channel.EMAIL).everything
        assert said.startswith(OWN)
        assert "unauthorised" not in said
    assert "I want to die." in hear(None, f"{OWN}\n{print_} I want to die.", Channel.EMAIL).everything


@pytest.mark.parametrize("subject", [None, "Help"])
def test_what_others_wrote_is_not_the_customers_own(subject: str | None) -> None:
    """A forwarded mail is read for want of other words, and told apart: it may not be shown."""
    words = hear(subject, MARKED, Channel.EMAIL)
    assert "order number" in words.topic
    assert "order number" in words.everything
    assert not words.own
    assert not hear(None, "-- \nSam Lee\n4 Mill Road", Channel.EMAIL).own
    assert hear("Where is my order?", "-- \nSam Lee\n4 Mill Road", Channel.EMAIL).topic == "Where is my order?"


@pytest.mark.parametrize("unit", ["a word ", "ein Wort über ", "\ufdfa ", "e\u0301", "x", "ﬃ"])
def test_no_more_is_shown_than_models_judge(unit: str) -> None:
    """They read 2,000 characters in compatibility form, and so many are the topic's text: whole words of it."""
    assert LONGEST_JUDGED == LONGEST_TEXT
    for length in (1_000, 1_999, 2_000, 2_001, 2_003, 9_000):
        text = (unit * (length // len(unit) + 1))[: length - length % len(unit)]
        shown, whole = judged(text), unicodedata.normalize("NFKC", text)
        form = unicodedata.normalize("NFKC", shown)
        assert len(form) <= LONGEST_JUDGED
        assert whole.startswith(form)
        assert shown == text or form == whole or len(form) > LONGEST_JUDGED - 20


@pytest.mark.parametrize(
    "text",
    [
        MARKED,
        f"On 3 Mar 2026, Larkwave wrote:\n{MARKED}",
        "-----Original Message-----\nFrom: a\nTo: b\nDate: c\nthe card was stolen",
    ],
)
def test_a_mail_of_nothing_but_quoted_text_is_read_all_the_same(text: str) -> None:
    """Forwarded, or sent without a word above it: the quoted words are what there is."""
    said = mail(text)
    assert "order number" in said or "stolen" in said
    assert ">" not in said


def test_the_subject_comes_first_and_quotes_stay_on_other_channels() -> None:
    """Without its "Re:". A chat may quote as it likes."""
    assert mail(OWN, "Re: AW: WG: card  stolen\u200b") == f"card stolen\n{OWN}"
    assert mail("", "Fwd: card stolen") == "card stolen"
    assert read("Help", "> so you say\nBest,\nSam", Channel.CHAT) == "Help\n> so you say"


def test_what_cannot_be_seen_is_taken_out_and_white_space_folded() -> None:
    """Zero-width and control characters, tabs, blank lines, every kind of line end."""
    for channel in (Channel.CHAT, Channel.EMAIL):
        assert read(None, "\U000e0041a\u200bb\x00\x1b c\t\u00a0 d\r\n\r\n \u2060\ne\u2028f", channel) == "ab c d\ne\nf"


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
        *(
            "This e-mail is ",
            "Disclaimer: mail ",
            "2026-03-03 > ",
            "привет 你好 ",
            "Best Aa ",
            "1",
            "tarihinde 1 ",
            "\x85",
            "| ",
        ),
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


@every(
    "text",
    [
        "Thanks.\n\nOn Mon, 3 Mar 2025 at 10:12, Care <care@example.com> wrote:\n> your stolen card",
        "Merci.\n\nLe lun. 3 mars 2025 à 10:12, Care <care@example.com> a écrit :\n> votre carte volée",
        "Gracias.\n\nEl lun, 3 mar 2025 a las 10:12, Care (<care@example.com>) escribió:\n> su tarjeta robada",
        "Teşekkürler.\n\nCare <care@example.com>, 3 Mar 2025 Pzt, 10:12 tarihinde şunu yazdı:\n> çalıntı kart",
        "Bedankt.\n\nOp ma 3 mrt 2025 om 10:12 schreef Care <care@example.com>:\n> uw gestolen kaart",
    ],
)
def test_thanks_above_a_quoted_mail_are_all_that_was_written(text: str) -> None:
    """What is only a sign-off is what there is: the mail that it answers is not the customer's."""
    assert mail(text) == text.partition("\n")[0]


@given(st.text(max_size=300), st.none() | st.text(max_size=50), st.sampled_from(Channel))
def test_where_there_was_a_word_there_is_one(text: str, subject: str | None, channel: Channel) -> None:
    """Whatever the characters and the channel: never nothing, never longer than the limit, and no blank lines."""
    said = read(subject, text, channel)
    assert len(said) <= LONGEST_READ
    assert all(line == " ".join(line.split()) != "" for line in said.splitlines())
    if any(map(str.isalnum, text)):
        assert said
