"""`docs/debugging.md` explains every line that the service logs, and no other."""

import ast
import re

from tests.docs.pages import DOCS, ROOT

PAGE = (DOCS / "debugging.md").read_text(encoding="utf-8")
PLACE = re.compile(r"%[\d.]*[a-z]")
LOG = re.compile(r"\blog\b")
FINE = {"debug"}


def logged() -> set[str]:
    """Returns the message of every call of a log in the package, with … for what is filled in."""
    found = set()
    for path in (ROOT / "src" / "mci_router").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)) if LOG.search(code) else ():  # to parse all would take a second
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
            ):
                message = node.args[0] if node.args else None
                if isinstance(message, ast.Constant) and node.func.attr not in FINE:
                    found.add(PLACE.sub("…", str(message.value)))
    return found


def test_every_line_of_the_log_is_explained_and_no_other() -> None:
    """Each in the words of the code."""
    table = PAGE.partition("\n| line | means | do |\n")[2]
    assert set(re.findall(r"^\| `(.+?)` \| \S.* \| \S.* \|$", table, re.M)) == logged()
