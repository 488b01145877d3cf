"""Passwords, codes and numbers of people go in further languages and scripts, and keys of further programs; what only
looks like them stays.
"""

import pytest

from mci_router.intake.masking import MASKS, mask
from mci_router.intake.masking.identities_elsewhere import is_my_number, is_snils
from tests.support.rows import every

FORTY = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"


@every(
    ("text", "secret"),
    [
        ("пароль от wifi: Kazan2021", "Kazan2021"),
        ("мой пароль - Лето!99", "Лето!99"),
        ("лозинката ми е Sofia2021", "Sofia2021"),
        ("lozinka za wifi je Split2021", "Split2021"),
        ("geslo: Bled2021", "Bled2021"),
        ("heslo mám Olomouc21", "Olomouc21"),
        ("parola mea este Iasi2021", "Iasi2021"),
        ("a jelszavam az Eger2021", "Eger2021"),
        ("salasanani on Turku2021", "Turku2021"),
        ("mitt lösenordet är Malmo2021", "Malmo2021"),
        ("adgangskoden er Odense21", "Odense21"),
        ("passordet mitt er Bergen55", "Bergen55"),
        ("ο κωδικός μου είναι Patra88", "Patra88"),
        ("wifi密码：home8899", "home8899"),
        ("口令是 tiger-88。谢谢", "tiger-88"),
        ("비밀번호는 seoul2021 입니다", "seoul2021"),
        ("كلمة السر: Amman99", "Amman99"),
        ("الباسورد Dubai2021", "Dubai2021"),
        ("הסיסמה שלי היא Eilat2022", "Eilat2022"),
        ("मेरा पासवर्ड है Agra2020", "Agra2020"),
        ("รหัสผ่านคือ Chiang99", "Chiang99"),
        ("mật khẩu của tôi là hue12345", "hue12345"),
        ("kata sandi saya adalah bali2020", "bali2020"),
        ("passwords are Hx72kkp, Jy83llq", "Hx72kkp, Jy83llq"),
        ("my password is Hx72kkp or maybe Jy83llq", "Jy83llq"),
        ("probiert Hx72kkp als Passwort", "Hx72kkp"),
        ("password reset to Hx72kkp yesterday", "Hx72kkp"),
        ("user anna password blue-river-stone", "blue-river-stone"),
        ("u: anna p: Hx72kkp", "Hx72kkp"),
    ],
)
def test_passwords_go(text: str, secret: str) -> None:
    """Also those that are said beside another, tried as one, or beside a user."""
    masked = mask(text)
    assert MASKS["password"] in masked.text
    assert not any(part in masked.text for part in secret.split(", "))


@every(
    ("text", "code"),
    [
        ("мой пин 7731", "7731"),
        ("пин-код карты: 7731", "7731"),
        ("код из смс 550918", "550918"),
        ("kod z smsa to 550918", "550918"),
        ("ověřovací kód 550918", "550918"),
        ("vahvistuskoodi on 550918", "550918"),
        ("engångskod: 550918", "550918"),
        ("kode verifikasi saya 550918", "550918"),
        ("mã xác nhận là 550918", "550918"),
        ("您的验证码为550918", "550918"),
        ("인증번호 550918", "550918"),
        ("رمز التحقق ٥٥٠٩١٨", "٥٥٠٩١٨"),
        ("קוד אימות 550918", "550918"),
        ("the PIN's 7731", "7731"),
        ("2FA: 550918", "550918"),
        ("authenticator app gave me 550918", "550918"),
        ("I got 550918 as the verification code", "550918"),
    ],
)
def test_codes_go(text: str, code: str) -> None:
    masked = mask(text)
    assert masked.counts == {"one_time_code": 1}
    assert code not in masked.text


@every(
    ("text", "number"),
    [
        ("TFN 123 456 782", "456"),
        ("CURP HEGG560427MVZRRL04", "HEGG56"),
        ("RUT: 12.345.678-5", "345"),
        ("CUIT 20-05536168-2", "0553"),
        ("DNI 12.345.678-Z", "345"),
        ("mi NIE es X-1234567-L", "1234567"),
        ("rodné číslo 710319/2745", "2745"),
        ("rč 780123/3540", "3540"),
        ("CNP 1800101221144", "1800101"),
        ("OIB 33392005961", "3339"),
        ("PAN card ABCPE1234F", "1234"),
        ("мой ИНН 500100732259", "5001"),
        ("снилс 112-233-445 95", "445"),
        ("ЕГН 7523169263", "7523"),
        ("我的身份证号码是11010519491231002X", "1949"),
        ("주민등록번호 971013-9019902", "9019902"),
        ("マイナンバーは123456789018です", "1234"),
        ("ת.ז. 039337423", "0393"),
        ("numer dowodu osobistego ABS123456", "123456"),
        ("паспорт 4509 123456", "123456"),
        ("护照号 E12345678", "1234"),
    ],
)
def test_numbers_of_people_go(text: str, number: str) -> None:
    """Those that their country's test takes."""
    masked = mask(text)
    assert masked.counts == {"ssn": 1}
    assert number not in masked.text


@pytest.mark.parametrize(
    ("holds", "right", "wrong"),
    [(is_snils, "112-233-445 95", "112-233-445 96"), (is_my_number, "123456789018", "123456789019")],
)
def test_a_number_is_checked_by_its_last_digits(holds: object, right: str, wrong: str) -> None:
    assert callable(holds)
    assert (holds(right), holds(wrong), holds(right[1:])) == (True, False, False)


@every(
    "key",
    [
        *("dckr_pat_", "lin_api_", "figd_", "xai-", "sbp_", "ntn_", "gsk_", "tskey-auth-", "pplx-"),
        *("https://discord.com/api/webhooks/123456789012345678/", "https://a.blob.core.windows.net/x?se=1&sig="),
    ],
)
def test_keys_of_further_programs_go(key: str) -> None:
    assert FORTY[:12] not in mask(f"use {key}{FORTY} please").text


@every(
    "text",
    [
        "пароль от Windows10 не подходит",
        "lozinka za Windows10 ne radi",
        "salasanani ei toimi",
        "a jelszavam nem működik Windows11-en",
        "adgangskoden virker ikke på iPhone15",
        "忘记密码了2024年",
        "密码不对，已试3次",
        "验证码收到10分钟后过期",
        "비밀번호 재설정 3번",
        "كلمة المرور خاطئة",
        "код ошибки 471100",
        "код товара 123456",
        "kode pos 12345",
        "kod rabatowy 550918",
        "slevový kód 550918",
        "virhekoodi 471100",
        "550918 is my order code",
        "550918 ist der Gutscheincode",
        "I used 5000 as the base",
        "tried Firefox as my password was not accepted",
        "tried Firefox120 as browser",
        "password is wrong or expired",
        "passwords are case-sensitive",
        "2fa since 2021",
        "u: 230V p: 400W",
        "boarding pass 123456",
        "museum pass 5512345",
        "инновации 5001007323",
        "fly_away_with_us_to_the_moon",
        "один два три, проверка",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert mask(text).text == text
