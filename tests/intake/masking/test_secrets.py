"""Codes, passwords, keys and passports go where the words beside them or their form say what they are, in six
languages, and misspelt.
"""

import pytest

from mci_router.intake.masking import MASKS, mask
from tests.support.rows import every


@every(
    ("kind", "text", "secret"),
    [
        ("one_time_code", "il codice è 907214", "907214"),
        ("one_time_code", "o código é 907214", "907214"),
        ("one_time_code", "el código es 907214", "907214"),
        ("one_time_code", "mon pin c'est 9072", "9072"),
        ("one_time_code", "min pinkod är 9072", "9072"),
        ("one_time_code", "min pinkode er 9072", "9072"),
        ("one_time_code", "pin kodum 9072", "9072"),
        ("one_time_code", "the puk code is 30459072", "30459072"),
        ("one_time_code", "PUK-Code: 30459072", "30459072"),
        ("one_time_code", "Your WhatsApp code: 907-214", "907-214"),
        ("one_time_code", "暗証番号は9072です", "9072"),
        ("one_time_code", "認証コード：907214", "907214"),
        ("password", "moje heslo je tajne907", "tajne907"),
        ("password", "mit kodeord er Sommer907", "Sommer907"),
        ("password", "パスワードはtsuki907です", "tsuki907"),
        ("card_code", "cvv kodu 907", "907"),
        ("card_code", "CVVは907です", "907"),
        ("card_code", "セキュリティコードは907です", "907"),
        ("password", "the wifi key is Marigold7x", "Marigold7x"),
        ("password", "WLAN-Schlüssel: Marigold7x", "Marigold7x"),
        ("password", "clave de wifi Marigold7x", "Marigold7x"),
        ("card_code", "security code: 907", "907"),
        ("card_code", "security number is 907", "907"),
        ("card_code", "CVC2 ist 907", "907"),
        ("card_code", "Sicherheitscode: 907", "907"),
        ("card_code", "Prüfnummer 907", "907"),
        ("card_code", "código de seguridad: 907", "907"),
        ("card_code", "code de sécurité : 907", "907"),
        ("card_code", "cryptogramme visuel 907", "907"),
        ("card_code", "codice di sicurezza: 907", "907"),
        ("card_code", "código de segurança: 907", "907"),
        ("card_code", "the last three digits on the back are 907", "907"),
        ("card_code", "die drei Ziffern auf der Rückseite sind 907", "907"),
        ("card_code", "my security code is nine oh seven", "nine oh seven"),
        ("one_time_code", "the code you sent is 771304", "771304"),
        ("one_time_code", "the code I got from you by text is 771304", "771304"),
        ("one_time_code", "you texted me the code 771304", "771304"),
        ("one_time_code", "code 771304 you sent does nothing", "771304"),
        ("one_time_code", "der Code, den ihr geschickt habt, ist 771304", "771304"),
        ("one_time_code", "Ihr habt mir den Code 771304 geschickt", "771304"),
        ("one_time_code", "el código que me enviaron es 771304", "771304"),
        ("one_time_code", "le code que vous m'avez envoyé est 771 304", "771 304"),
        ("one_time_code", "il codice che mi avete mandato è 771304", "771304"),
        ("one_time_code", "o código que me enviaram é 771304", "771304"),
        ("one_time_code", "the code you sent is seven seven one three oh four", "seven seven one three oh four"),
        ("password", "my passwrod is Moonrise8", "Moonrise8"),
        ("password", "pasword: moonrise", "moonrise"),
        ("password", "pass word = Moonrise8", "Moonrise8"),
        ("password", "user kim pass: moonrise8", "moonrise8"),
        ("password", "psw Moonrise8", "Moonrise8"),
        ("password", "mein Paswort lautet Mondlicht8", "Mondlicht8"),
        ("password", "Kenwort: mondlicht", "mondlicht"),
        ("password", "contrasena: luna8888", "luna8888"),
        ("password", "mi contraceña es Luna8888", "Luna8888"),
        ("password", "mot de pass : lune8888", "lune8888"),
        ("password", "la mia pasword è Luna8888", "Luna8888"),
        ("password", "minha senha é lua88888", "lua88888"),
        ("password", "palavra passe: lua88888", "lua88888"),
        ("ssn", "passport number 925076473", "925076473"),
        ("ssn", "my passport is 925076473 and expired", "925076473"),
        ("ssn", "Reisepassnummer C01X00T47", "C01X00T47"),
        ("ssn", "pasaporte n.º AAB123456", "AAB123456"),
        ("ssn", "numéro de passeport 12CV34567", "12CV34567"),
        ("ssn", "passaporto YB7654321", "YB7654321"),
        ("ssn", "passaporte FT765432", "FT765432"),
        ("api_key", "our key sk_test_51HxYzAbCdEfGhIjKl stopped", "sk_test_51HxYzAbCdEfGhIjKl"),
        ("api_key", "mci_q83vEjRWeJCrze8SNFZ4kKvN7xI0Vniq", "mci_q83vEjRWeJCrze8SNFZ4kKvN7xI0Vniq"),
        (
            "api_key",
            "pushed ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd by mistake",
            "ghp_R4nd0mR4nd0mR4nd0mR4nd0mR4nd0mR4nd",
        ),
        ("api_key", "AKIAABCDEFGHIJKLMN12", "AKIAABCDEFGHIJKLMN12"),
        ("api_key", "bot xoxb-210987654321-ZyXwVuTsRq", "xoxb-210987654321-ZyXwVuTsRq"),
        ("api_key", "Authorization: Bearer 0123456789abcdefABCDEF", "0123456789abcdefABCDEF"),
        ("api_key", "api key: 00ff11ee22dd33cc44bb", "00ff11ee22dd33cc44bb"),
        (
            "iban",
            "FR14&nbsp;2004&nbsp;1010&nbsp;0505&nbsp;0001&nbsp;3M02&nbsp;606",
            "FR14&nbsp;2004&nbsp;1010&nbsp;0505&nbsp;0001&nbsp;3M02&nbsp;606",
        ),
        ("iban", "to <b>AT61</b> <b>1904 3002 3457 3201</b>", "AT61</b> <b>1904 3002 3457 3201"),
        (
            "iban",
            "DE 89 drei sieben null vier null null vier vier null fünf drei zwei null eins drei null null null",
            None,
        ),
    ],
)
def test_secrets_go_however_they_are_called(kind: str, text: str, secret: str | None) -> None:
    """Only the secret, which is counted as its kind."""
    masked = mask(text)
    assert kind in masked.counts
    assert secret is None or masked.text == text.replace(secret, MASKS[kind])


@every(
    "text",
    [
        "パスワードは忘れました",
        "暗証番号は4桁ですか",
        "予約の確認番号は482913です",
        "CVVは何ですか",
        "heslo nefunguje",
        "mit kodeord virker ikke",
        "PIN kodu 3 kere yanlış girdim",
        "felkod: 4821",
    ],
)
def test_talk_of_secrets_reveals_none(text: str) -> None:
    """What agents need to read stays."""
    assert mask(text).text == text


@pytest.mark.parametrize(
    "words",
    [
        "two oh one nine four four seven one eight eight three five nine",
        "zwei null eins neun vier vier sieben eins acht acht drei fünf neun",
        "dos cero uno nueve cuatro cuatro siete uno ocho ocho tres cinco nueve",
        "deux zéro un neuf quatre quatre sept un huit huit trois cinq neuf",
        "due zero uno nove quattro quattro sette uno otto otto tre cinque nove",
        "dois zero um nove quatro quatro sete um oito oito três cinco nove",
        "два ноль один девять четыре четыре семь один восемь восемь три пять девять",
        "kaksi nolla yksi yhdeksän neljä neljä seitsemän yksi kahdeksan kahdeksan kolme viisi yhdeksän",
        "two oh, one nine - double four seven one and then double eight three five nine",
    ],
)
def test_thirteen_digits_said_in_a_row_go(words: str) -> None:
    """Misheard digits satisfy no check: a person who says so many in a row says a number that identifies.

    Twelve and fewer stay.
    """
    masked = mask(f"it is {words}, ok")
    assert masked.counts == {"card": 1}
    assert masked.text == f"it is {MASKS['card']}, ok"
    fewer = " ".join(words.split()[2:])
    assert mask(f"it is {fewer}, ok").text == f"it is {fewer}, ok"


def test_a_card_said_with_double_before_each_digit_goes() -> None:
    """No two number words stand side by side in it, and it is a number said all the same."""
    masked = mask("it is double four double two double zero double one double one double one double one double three")
    assert masked.counts == {"card": 1}
    assert "two" not in masked.text


def test_what_a_page_shows_is_read_and_what_it_hides_is_read_too() -> None:
    """A secret may stand in a tag's attributes, or be parted by tags; what is no tag stays."""
    assert mask('<a href="/pay?pan=5105105105105100">pay</a>').counts == {"card": 1}
    assert mask("<p>password:&nbsp;<b>Moonrise8</b></p>").text == f"<p>password:&nbsp;<b>{MASKS['password']}</b></p>"
    assert mask("if a<b and b>c then 50% of &c;").text == "if a<b and b>c then 50% of &c;"


@pytest.mark.parametrize(
    "text", ['{"said": "great \\ud83d\\ude00"}', "\\ud800", "\\udc00\\ud800 x", "\\UD83D\\UDE00", "&#xd800; x"]
)
def test_what_json_writes_of_an_emoji_stays(text: str) -> None:
    """Whole or half, it is no reason to refuse what somebody writes; digits beyond the first plane are digits."""
    assert mask(text).text == text
    card = "".join(f"\\ud835\\udf{0xCE + int(digit):02x}" for digit in "5105105105105100")
    assert mask(f"{text} my card is {card}").counts == {"card": 1}
