"""Heads of quoted mails beside those that `reading` knows: of Japanese, Chinese, Korean, Greek, Arabic and Russian
programs, and of help desks that ask to be answered above a line. Pure; with RE2, so linear in any line.
"""

from functools import cache

import re2

_NAMES = (*("差出人", "送信者", "发件人", "寄件者", "寄件人", "보낸 사람", "보낸사람", "Από", "من", "От", "От кого"),)
_FIELDS = (
    *("送信日時", "日時", "日付", "宛先", "件名", "CC", "Cc"),
    *("发送时间", "发送日期", "日期", "收件人", "抄送", "主题", "寄件日期", "傳送時間", "收件者", "副本", "主旨"),
    *("보낸 날짜", "날짜", "받는 사람", "받는사람", "제목", "참조"),
    *("Στάλθηκε", "Ημερομηνία", "Προς", "Θέμα", "Κοιν\\."),
    *("تاريخ الإرسال", "أُرسلت", "التاريخ", "إلى", "الموضوع", "نسخة"),
    *("Отправлено", "Дата", "Кому", "Копия", "Тема"),
)
_BEFORE = r"[\s>*\x{200e}\x{200f}]*\*?"
_AFTER = r"\*?\s?[:：]\s*\*?\s?\S.*"
# "Sam wrote on the third:", with an address or a date and a verb, and a colon at the end.
_WROTE = (
    r".{0,200}(?:のメール|さんは書きました|からのメッセージ|написал[аи]?|пишет|写道|寫道|寫下|έγραψε|작성|كتب|كتبت|"
    r"تمت كتابة ما يلي بواسطة.{0,200}|.{0,200}<[^<>\s]{1,200}@[^<>\s]{1,200}>)\s*[:：]"
)
_BEGINNINGS = ("Στις", "Την", "Τη ", "في", "بتاريخ", "在", "於", "于")
_PARTED = (
    r"\W*[-_=*]{2,}\s*(?:元のメッセージ|転送メッセージ|原始邮件|邮件原件|原始郵件|转发的邮件|轉寄郵件|원본 메시지|"
    r"Αρχικό μήνυμα|Προωθημένο μήνυμα|الرسالة الأصلية|رسالة معاد توجيهها|"
    r"Исходное сообщение|Пересылаемое сообщение)\b?.{0,40}"
)
_ABOVE = r"\s*(?:##-.{0,160}-##|[-_=*]{3,}.{0,20}(?:reply above this line|above this line).{0,60})\s*"


@cache
def _patterns() -> tuple[re2._Regexp, ...]:
    parted = f"(?i)(?:{_PARTED})|(?:{_ABOVE})"
    header = f"{_BEFORE}(?:{'|'.join((*_NAMES, *_FIELDS))}){_AFTER}"
    sender = f"{_BEFORE}(?:{'|'.join(_NAMES)}){_AFTER}"
    return tuple(map(re2.compile, (parted, _WROTE, header, sender)))


def parts(line: str) -> bool:
    """Returns whether a line says by itself that an older mail follows, or that the answer stands above it."""
    may = not line.isascii() or "##-" in line or "above this line" in line
    return may and _patterns()[0].fullmatch(line) is not None


def begins(line: str) -> bool:
    """Returns whether a line may be the first of two that say who wrote what follows: programs wrap them."""
    return line.startswith(_BEGINNINGS) and any(map(str.isdigit, line))


def attributes(line: str) -> bool:
    """Returns whether a line says who wrote what follows, and when."""
    if line.isascii() or not line.rstrip().endswith((":", "：")) or not any(map(str.isdigit, line)):
        return False
    return _patterns()[1].fullmatch(line) is not None


def is_header(line: str) -> bool:
    """Returns whether a line is one of those with which an older mail begins."""
    return not line.isascii() and _patterns()[2].fullmatch(line) is not None


def names_sender(line: str) -> bool:
    """Returns whether a line is the first of those with which an older mail begins."""
    return not line.isascii() and _patterns()[3].fullmatch(line) is not None
