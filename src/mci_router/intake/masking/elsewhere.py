"""Passwords and codes in further languages and scripts, also in those that part no words. Pure.

A value needs a digit or a sign: what people say of a password in these languages we do not know word by word. The words
are written as `plain` folds them, so without the marks above and below letters of Indian and Thai scripts.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern

_SPACED_PASSWORDS = (
    r"parol[aă]\s(?:mea|noastr[aă])|heslo\sm[aá]m|password\s(?:saya|aku|anda)|salasana(?:ni|si|mme|nne|n)?|adgangskoden|kodeordet|passordet|l[oö]senordet"
    r"|jelsz(?:[oó]|av(?:am|ad|unk|a))|lozink[aeu]|geslo|lykilor[dð]\w{0,3}|parool|slapta[zž]od\w{1,3}"
    r"|kata\ssandi(?:nya|ku)?|kata\slaluan|m[aậ]t\skh[aẩ]u"
    r"|парол[ьяі]|лозинк[аеу](?:та)?|κωδικ[οό]ς\s(?:πρ[οό]σβασης|wi-?fi|μου)|συνθηματικ[οό]"
)
_UNSPACED_PASSWORDS = (  # and those whose article or preposition is tied to the word
    "密码|密碼|口令|비밀번호|패스워드|비번|رمز\\s(?:عبور|المرور)|گذرواژه|كلم[ةه]\\s(?:المرور|السر)|باسو?رد|סיסמ[אה]"
    "|पासवरड|รหสผาน"
)
PASSWORD_WORDS_ELSEWHERE = Patterns(_SPACED_PASSWORDS, _UNSPACED_PASSWORDS)

_SPACED_CODES = (
    r"пин(?:-?код[а-я]{0,2})?|(?:смс|sms)-?код|код[а-яі]{0,2}\s(?:(?:из|з|із|от|від)\s(?:смс|sms|сообщения|банка)"
    r"|подтверждения|п[іi]дтвердження|доступа|доступу|безопасности|верификации|авторизации|активации|входа)"
    r"|(?:одноразов|проверочн|секретн)[а-я]{2,3}\s(?:код|пароль)"
    r"|kode\s(?:otp|verifikasi|sms|pin|keamanan)|m[aã]\s(?:otp|pin|x[aá]c\s(?:nh[aậ]n|th[uự]c|minh))"
    r"|kod(?:em|u)?\s(?:z\ssms\w?|z\swiadomo[sś]ci|potwierdzaj[aą]cy|autoryzacyjny|aktywacyjny|jednorazowy)"
    r"|k[oó]d\sz(?:e)?\ssms\w?|(?:ov[eě][rř]ovac[ií]|overovac[ií]|potvrzovac[ií]|bezpe[cč]nostn[ií])\sk[oó]d"
    r"|(?:vahvistus|varmistus|tunnus|turva)(?:koodi|luku)(?:ni|si)?"
    r"|(?:verifierings|eng[aå]ngs|s[aä]kerhets|bekr[aæä]ftelses?|verifikations?|sikkerheds|engangs)(?:kod|kode)(?:n|en)?"
    r"|(?:meger[oő]s[ií]t[oő]|ellen[oő]rz[oő]|hiteles[ií]t[oő])\sk[oó]d(?:om)?|cod(?:ul)?\s(?:de\s(?:verificare|confirmare|securitate)|pin|sms)"
    r"|(?:potvrdni|sigurnosni|verifikacijski)\skod|κωδικ[οό]ς\s(?:επαλ[ηή]θευσης|μιας\sχρ[ηή]σης|ασφαλε[ιί]ας|pin)"
)
_UNSPACED_CODES = (
    "验证码|驗證碼|校验码|动态码|动态密码|(?:pin|安全)[码碼]|인증\\s?(?:번호|코드)|확인\\s?코드"
    "|رمز\\s(?:التحقق|التأكيد|التاكيد|الدخول|الأمان|الامان)|الرقم\\sالسري|كود\\s(?:التحقق|التفعيل|التأكيد)"
    "|קוד\\s(?:ה?אימות|ה?גישה|סודי)|ओटीपी|รหส\\s?(?:otp|ยนยน)"
)
CODE_WORDS_ELSEWHERE = Patterns(_SPACED_CODES, _UNSPACED_CODES)

_WHOSE = (  # and what it opens
    r"wi-?fi|вай-?фай|otp|sms|pin|мой|моя|мій|ми|карты|карти|saya|anda|aku|c[uủ]a|t[oô]i|mi|moj[ae]?|mea|min|mit|mitt|μου|الخاص[ةه]?|بي|من|שלי|मेरा|मेरी|ผม"
)
_FOR = r"от|для|від|к|на|до|za|od|till|til|for|untuk|cho|pentru|için|γι?α|עבור|ל|للـ?"
_IS = r"это|є|е|to|jest|je|on|oli|er|är|az|a|este|e|l[aà]|adalah|ialah|ε[ιί]ναι|هي|هو|است|היא|הוא|זה|ह|คอ"
_TIED = (
    rf"(?:\s(?:{_WHOSE})){{0,3}}(?P<opens>\s(?:{_FOR})\s(?!wi-?fi\s)[^\s:=]{{1,20}}|\s(?:{_FOR})\swi-?fi)?"
    rf"(?P<tie>\s?(?::|=|->|=>|-)\s?|\s(?:{_IS})\s?:?\s|\s?(?:は|が|是|为|為|는|은|가|이|คอ)\s?:?\s?)?\s?"
)
_QUOTE = r"[\"'“„«「『]?"
_PASSWORD = rf"{_TIED}{_QUOTE}(?P<value>[^\s\"'“”„«»<>「」『』，。、\[\]\x00]{{4,64}})"
_DIGITS = r"(?P<value>(?<![0-9])[0-9](?:[ -]?[0-9]){3,7}(?![ ,.-]?[0-9]))"
_ALONE = r"(?<![^\W_])"
_PASSWORDS = lazy_pattern(
    rf"(?:{_ALONE}(?:{_SPACED_PASSWORDS})(?![^\W_])|(?:{_UNSPACED_PASSWORDS})){_PASSWORD}", re.IGNORECASE
)
_CODES = lazy_pattern(
    rf"(?:{_ALONE}(?:{_SPACED_CODES})(?![^\W_])|(?:{_UNSPACED_CODES})){_TIED}{_QUOTE}{_DIGITS}", re.IGNORECASE
)
_SECRET = lazy_pattern(r"[0-9@#$%^&*_+=~|\\{}]|![^!?.,]")
_FIRST_WITHOUT_SPACES = "\u2e80"
_TRAILING = ".,;:!?)،。"
_FEWEST, _FEWEST_UNTIED = 4, 6  # characters of a password


def password_elsewhere_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of passwords after their name: with a digit or a sign, and where nothing ties them with both
    digits and letters.
    """
    for at in PASSWORD_WORDS_ELSEWHERE.starts(text):
        match = _PASSWORDS.match(text, at)
        if match is None or (match["opens"] and not match["tie"]):  # "the password for Windows10 is wrong"
            continue
        value = match["value"]
        if text[at] >= _FIRST_WITHOUT_SPACES:  # the language's own letters end the value
            value = "".join(takewhile(str.isascii, value))
        core = value.rstrip(_TRAILING)
        mixed = any(map(str.isdigit, core)) and any(map(str.isalpha, core)) and len(core) >= _FEWEST_UNTIED
        if mixed or (match["tie"] and len(core) >= _FEWEST and _SECRET.search(core)):
            yield match.start("value"), match.start("value") + len(core)


def code_elsewhere_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of one-time codes and PINs after their name."""
    for at in CODE_WORDS_ELSEWHERE.starts(text):
        if match := _CODES.match(text, at):
            yield match.span("value")
