"""The house's own rules, which no linter knows: run by `make check`, one `file:line: what is wrong` for each violation."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300  # lines
LONG_FOR_A_REASON: dict[str, str] = {
    "src/mci_router/errors.py": "every error that a client can meet, in one place",
    "src/mci_router/vocabulary.py": "every word of the field with its meaning, in one place",
}
LONG_FUNCTION = 8  # lines; a shorter one says what it does by itself

COMMIT = re.compile(r"\.commit\(\)")
SKIPPED = re.compile(r"pytest\.(skip|xfail|importorskip)\b|mark\.(skip|skipif|xfail)\b|unittest\.skip")
# Put together here, so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w.$}>])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "tmp/bash" + "_jobs"]) + r")(?:[/.]|\b)")
REGISTRY = re.compile(
    "|".join(
        [r"--(?:extra-)?index" + "-url", r"files\.python" + r"hosted\.org", r"registry\.np" + r"mjs\.org", r"https?://\S+/sim" + r"ple/?"]
    )
)


def tracked() -> list[Path]:
    """The files of the project: those in git, and those that would be."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return sorted(path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file())


def violations(path: Path) -> Iterator[tuple[int, str]]:
    """Line and rule of everything wrong with a file."""
    name = path.relative_to(ROOT).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    yield from _found(lines, MACHINE, "a path of one machine")
    yield from _found(lines, REGISTRY, "the address of a package registry: names, versions and hashes only")
    if name.startswith("src/"):
        if path.suffix in (".py", ".lua") and len(lines) > LONGEST_FILE and name not in LONG_FOR_A_REASON:
            yield LONGEST_FILE + 1, f"{len(lines)} lines; at most {LONGEST_FILE}, unless there is a reason to list in this check"
        if name != "src/mci_router/database.py":
            yield from _found(lines, COMMIT, "only database.py commits")
        if path.suffix == ".py" and text.strip():
            yield from _undocumented(ast.parse(text))
    if name.startswith("tests/") and path.suffix == ".py" and path != Path(__file__):
        yield from _found(lines, SKIPPED, "a test runs or does not exist: no skip and no xfail")


def _found(lines: list[str], pattern: re.Pattern[str], rule: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if found := pattern.search(line):
            yield number, f"{rule}: {found.group()}"


def _undocumented(module: ast.Module) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(module):
        yield 1, "the module has no docstring"
    for node in module.body:
        yield from _undocumented_definition(node, "")


def _undocumented_definition(node: ast.stmt, within: str) -> Iterator[tuple[int, str]]:
    """Public modules, classes, and functions that are not short; what begins with an underscore explains itself to its file."""
    if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
        return
    long = (node.end_lineno or node.lineno) - node.lineno + 1 > LONG_FUNCTION
    if not ast.get_docstring(node) and (long or isinstance(node, ast.ClassDef)):
        yield node.lineno, f"{within}{node.name} has no docstring"
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            yield from _undocumented_definition(inner, f"{node.name}.")


def main() -> int:
    """Prints every violation; 1 if there is one."""
    gone = [name for name in LONG_FOR_A_REASON if not (ROOT / name).is_file()]
    told = [f"tests/checks/house_rules.py:1: {name} is listed as long, but is not there" for name in gone]
    told += [f"{path.relative_to(ROOT)}:{line}: {rule}" for path in tracked() for line, rule in violations(path)]
    print("\n".join(told) or "The house rules hold.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
