"""The house rules find what they forbid."""

import ast

import pytest

from tests.checks.house_rules import MOST_LOCALS, library_violations, undeclared, wordings

SOUND = {
    "shared/agents.lua": "local ROOM = 3\n\nfunction agents.has_room(agent)\n  return agent.used < ROOM -- lines.read is no call\nend\n",
    "shared/lines.lua": "lines.MOST = 9\n\nfunction lines.read(text)\n  return text:sub(1, lines.MOST), 'agents.gone'\nend\n",
    "pull.lua": "local function take(w, agent)\n  return agents.has_room(agent) and lines.read(w.lines.first)\nend\n\ntake()\n",
}


def test_a_sound_library_breaks_no_rule() -> None:
    """Comments, texts and fields of other tables are not taken for the shared tables."""
    assert list(library_violations(SOUND)) == []


@pytest.mark.parametrize(
    ("name", "sound", "broken", "told"),
    [
        (
            "pull.lua",
            "lines.read",
            "lines.raed",
            [("pull.lua", 2, "lines.raed is defined nowhere"), ("shared/lines.lua", 3, "lines.read is used nowhere")],
        ),
        ("pull.lua", "(w, agent)", "(w, agents)", [("pull.lua", 1, "a name hides the table agents")]),
        ("pull.lua", "take()\n", "local x, lines = take()\n", [("pull.lua", 5, "a name hides the table lines")]),
        ("pull.lua", "take()\n", "for lines in take do end\n", [("pull.lua", 5, "a name hides the table lines")]),
        (
            "shared/agents.lua",
            "local ROOM = 3\n",
            "local ROOM = 3\n" + "local a, b\n" * 29,
            [("shared/agents.lua", 1, f"61 names at the top, with the shared tables; at most {MOST_LOCALS}")],
        ),
    ],
)
def test_a_broken_library_is_found_out(name: str, sound: str, broken: str, told: list[tuple[str, int, str]]) -> None:
    """A misspelt function, a hidden table and too many names are reported with file and line."""
    assert list(library_violations(SOUND | {name: SOUND[name].replace(sound, broken)})) == told


WORDED = """
class Lines:
    @property
    def first(self):
        '''The contact that is served next.'''

    def take(self):
        '''Takes the first contact.'''

    def _sort(self):
        '''By age.'''
"""


def test_a_public_function_says_what_it_does() -> None:
    """A docstring begins with a verb; values and private functions are free."""
    assert list(wordings(ast.parse(WORDED).body)) == []
    for words in ("The first contact.", "Its first contact.", "Take the first contact."):
        ((line, rule),) = wordings(ast.parse(WORDED.replace("Takes the first contact.", words)).body)
        assert (line, rule.partition(":")[0]) == (7, "Lines.take")


def test_what_is_imported_is_declared() -> None:
    """A package that happens to be installed here is missing on the next machine."""
    assert (
        list(undeclared(ast.parse("import json\nimport nh3\nfrom starlette.routing import Route\nfrom . import x")))
        == []
    )
    ((line, rule),) = undeclared(ast.parse("import json\nimport pip"))
    assert (line, rule.partition(" ")[0]) == (2, "pip")
