"""What the desk says, in every language it speaks: one table, of which nothing is missing and nothing is left over."""

import re

import pytest

from mci_router.web.pages import WEB

ASSETS = WEB / "assets"
TABLES = ("texts.js", "value_texts.js", "guide_texts.js", "runs_texts.js", "plan_texts.js")
TABLE = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in TABLES)
ROW = re.compile(r'^  "([\w.]+)": \["((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\],$', re.MULTILINE)
TEXTS = {key: (english, german) for key, english, german in ROW.findall(TABLE)}
PAGE = (WEB / "desk.html").read_text(encoding="utf-8")
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.js")) if path.name not in TABLES)
WHOLE = re.compile(r'"([a-z_]+\.[\w.]+|[a-z_]+)"')
PARTS = re.compile(r"`([a-z_]+(?:\.[a-z_]+)*)[._]\$\{")
GROUPS = re.compile(r'tOf\("([\w.]+)"')


def test_every_row_has_all_languages() -> None:
    """No row is written in a way that this test does not read, and none is empty."""
    assert len(TEXTS) == TABLE.count(': ["')
    assert all(english and german for english, german in TEXTS.values())


@pytest.mark.parametrize("place", [0, 1])
def test_the_texts_of_a_key_have_the_same_values(place: int) -> None:
    """A value that is put into one language is put into the other."""
    for key, texts in TEXTS.items():
        values = [sorted(re.findall(r"\{(\w+)\}", text)) for text in texts]
        assert values[place] == values[0], key


def test_every_text_that_the_page_asks_for_is_there() -> None:
    """Those of its HTML, and those that scripts ask for by a whole key."""
    wanted = set(re.findall(r'data-(?:text|label|hint|title)="([\w.]+)"', PAGE))
    wanted |= set(re.findall(r'\bt\("([\w.]+)"', SCRIPTS))
    assert wanted <= set(TEXTS), wanted - set(TEXTS)


def test_no_text_is_left_over() -> None:
    """Each is asked for, by its key or as one of a group."""
    asked = set(WHOLE.findall(SCRIPTS)) | set(re.findall(r'"([\w.]+)"', PAGE))
    groups = {*PARTS.findall(SCRIPTS), *GROUPS.findall(SCRIPTS)}
    left = {key for key in TEXTS if key not in asked and not any(key.startswith(group) for group in groups)}
    assert not left
