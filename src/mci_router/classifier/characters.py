"""Characters: how much of a text is read, and which of its characters nobody sees. Pure."""

import re

from mci_router.patterns import lazy_pattern

LONGEST_READ = 60_000  # rules read everything that a contact may have, subject and masks included

UNSEEN = lazy_pattern(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\u2800\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# Letters of other scripts that look like Latin ones, each beside what it looks like.
_ALIKE = (
    "аaвbеeкkмmнhоoрpсcтtуyхxіiїiјjѕsԁdԛqԝwһhӏlցgոnօoսuАAВBЕEКKМMНHОOРPСCТTУYХXІIЇIЈJЅSԌGԚQԜWӀI"
    "αaβbεeιiκkνvοoρpτtυuχxωwγyηnμuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXɑaɡgıiʟlɴnʀrꓐBꓚCꓓDꓰEꓖGꓧHꓲIꓡL"
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz"
)
LOOK_ALIKES = {ord(_ALIKE[index]): _ALIKE[index + 1] for index in range(0, len(_ALIKE), 2)}
LOOK_ALIKES |= {0x1F1E6 + index: chr(ord("a") + index) for index in range(26)}  # the letters that flags are made of
"""For `str.translate`: one character for one."""

_NOT_LATIN = lazy_pattern("[^\x00-\u024f\u1e00-\u1eff\u2000-\u206f]")  # nor a mark between words
_WORD = lazy_pattern(r"[^\W\d_]+")
_LATIN = lazy_pattern("[A-Za-z]")


def in_latin(text: str) -> str:
    """Returns the text with Latin letters for those of other scripts that look like them, so that "suісіdе" is read.

    Only words are changed that are Latin then, and of them, in a text with words of the other script, those that are
    partly Latin before. Linear in the length of the text.
    """
    if not _NOT_LATIN.search(text) or not _LATIN.search(text):
        return text
    foreign = any(_NOT_LATIN.search(word.translate(_READ_AS)) for word in _WORD.findall(text))

    def read(match: re.Match[str]) -> str:
        word = match.group()
        latin = word.translate(_READ_AS)
        keep = _NOT_LATIN.search(latin) or (foreign and not _LATIN.search(word))
        return word if keep else latin

    return _WORD.sub(read, text)


_READ_AS = {code: letter for code, letter in LOOK_ALIKES.items() if code > 0x24F}  # what is Latin already is left alone
