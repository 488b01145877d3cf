"""Tests of further countries' numbers for people, by the words that name them. Pure.

Each has a check digit or a form that few other numbers have.
"""

import re
from collections.abc import Callable

from stdnum.ar import cuit
from stdnum.au import tfn
from stdnum.bg import egn
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.ee import ik
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.il import idnr as teudat_zehut
from stdnum.in_ import pan
from stdnum.is_ import kennitala
from stdnum.kr import rrn
from stdnum.lt import asmens
from stdnum.mx import curp
from stdnum.my import nric
from stdnum.ro import cnp
from stdnum.ru import inn
from stdnum.th import pin
from stdnum.ua import rntrc
from stdnum.za import idnr

Test = Callable[[str], bool]


def _digits(number: str, count: int) -> list[int]:
    """Returns the digits of a number of so many; none: it has more or fewer, or letters."""
    bare = re.sub("[ -]", "", number)
    return list(map(int, bare)) if len(bare) == count and bare.isdecimal() else []


def is_snils(number: str) -> bool:
    """Returns whether it is an insurance number of Russia: nine digits, and two that check them."""
    digits = _digits(number, 11)
    total = sum(digit * weight for digit, weight in zip(digits, range(9, 0, -1), strict=False))
    return bool(digits) and total % 101 % 100 == digits[9] * 10 + digits[10]


def is_my_number(number: str) -> bool:
    """Returns whether it is an individual number of Japan, whose last digit checks the others."""
    digits = _digits(number, 12)
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return bool(digits) and digits[11] == (0 if rest <= 1 else 11 - rest)


TESTS_ELSEWHERE: dict[str, tuple[Test, ...]] = {
    r"tfn|tax\sfile\s(?:number|no)": (tfn.is_valid,),
    r"curp": (curp.is_valid,),
    r"r\.?u\.?t\.?|r\.u\.n\.?": (rut.is_valid,),
    r"cui[tl]": (cuit.is_valid,),
    r"rodn[eé](?:ho)?\s[cč][ií]sl[aoe]": (rc.is_valid,),
    r"cnp|cod\snumeric\spersonal": (cnp.is_valid,),
    r"pan(?:\scard)?": (pan.is_valid,),
    r"oib": (oib.is_valid,),
    r"amka": (amka.is_valid,),
    r"egn": (egn.is_valid,),
    r"kennital\w{1,3}": (kennitala.is_valid,),
    r"asmens\skod\w{1,3}": (asmens.is_valid,),
    r"isikukood\w{0,3}": (ik.is_valid,),
    r"nric|mykad": (nric.is_valid,),
    r"(?:south\safrican|rsa|sa)\sid": (idnr.is_valid,),
    r"teudat\szehut": (teudat_zehut.is_valid,),
}
"""As `identities.TESTS`: the words that name a number, and its tests."""

TESTS_IN_OTHER_LETTERS: dict[str, tuple[Test, ...]] = {
    r"r\.?\s?č\.?|r\.\s?c\.": (rc.is_valid,),
    r"инн": (inn.is_valid,),
    r"снилс": (is_snils,),
    r"егн": (egn.is_valid,),
    r"рнокпп|іпн": (rntrc.is_valid,),
    r"αμκα": (amka.is_valid,),
    r"תעודת\sזהות|ת\.ז\.?": (teudat_zehut.is_valid,),
}

TESTS_WITHOUT_SPACES: dict[str, tuple[Test, ...]] = {
    r"(?:公民)?身份证号?码?|身份證": (ric.is_valid,),
    r"주민\s?(?:등록)?\s?번호": (rrn.is_valid,),
    r"マイナンバー|個人番号": (is_my_number,),
    r"บตรประชาชน|เลขประจำตวประชาชน": (pin.is_valid,),
}
"""In scripts that part no words; without the marks above and below Thai letters, which `plain` leaves out."""
