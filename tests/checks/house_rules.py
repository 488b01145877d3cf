"""The house's own rules, which no linter knows: run by `make check`, one `file:line: what is wrong` for each violation."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300  # lines
LONG_FOR_A_REASON: dict[str, str] = {
    "src/mci_router/assembly.py": "every part of the service, made in one place",
    "src/mci_router/errors.py": "every error that a client can meet, in one place",
    "src/mci_router/vocabulary.py": "every word of the field with its meaning, in one place",
}
LONG_FUNCTION = 8  # lines; a shorter one says what it does by itself
LUA = "src/mci_router/routing/engine/lua/"
MOST_LOCALS = (
    60  # at the top of a Lua file, with the tables of the shared ones: Lua 5.1 stops at 200, and then no router starts
)

PHRASES = re.compile(r"\b(anew|no more|whoever|is told of|harmless to repeat)\b", re.IGNORECASE)
PATTERNS_OF_WORDS = "src/mci_router/triage/machines/"  # customers' words, which may be any
VERB = re.compile(r"[A-Z][a-z]+s\b(?!')")
NO_VERB = re.compile(r"(This|Its|Whether|Those|Yes|Always)\b")
PROPERTIES = ("property", "validator", "serializer", "command", "group")  # of a decorator's name; commands say "Run …"

FROZEN = re.compile(r"@dataclass\(frozen=True, slots=True\)")
OUTSIDE = ("src/mci_router/adapters/", "src/mci_router/demo/")  # clients, which know the words only
COMMIT = re.compile(r"\.commit\(\)")
SKIPPED = re.compile(r"pytest\.(skip|xfail|importorskip)\b|mark\.(skip|skipif|xfail)\b|unittest\.skip")
# Put together here, so that this file does not hold what it looks for.
MACHINE = re.compile(
    r"(?<![\w.$}>])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "tmp/bash" + "_jobs"]) + r")(?:[/.]|\b)"
)
REGISTRY = re.compile(
    "|".join(
        [
            r"--(?:extra-)?index" + "-url",
            r"files\.python" + r"hosted\.org",
            r"registry\.np" + r"mjs\.org",
            r"https?://\S+/sim" + r"ple/?",
        ]
    )
)

LUA_LOCAL = re.compile(r"local (?:function )?([\w, ]+)")
LUA_FILLED = re.compile(r"(?:function (?=[\w.]+\()|(?=[\w.]+ = ))((\w+)\.\w+)")
LUA_USED = re.compile(r"(?<![\w.:])(\w+)\.\w+")
LUA_NAMED = re.compile(r"\b(?:local|for)\b([\w, ]+)(?:=|\bin\b|$)|\bfunction\b[ \w.]*\(([\w, ]*)\)")


def tracked() -> list[Path]:
    """The files of the project: those in git, and those that would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True
    ).stdout
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
            yield (
                LONGEST_FILE + 1,
                f"{len(lines)} lines; at most {LONGEST_FILE}, unless there is a reason to list in this check",
            )
        if name != "src/mci_router/database.py":
            yield from _found(lines, COMMIT, "only database.py commits")
        if not name.startswith(OUTSIDE):
            yield from _found(
                lines, FROZEN, "write @value, of values.py, whose methods are compiled when they are called"
            )
        if path.suffix in (".py", ".lua", ".js") and not name.startswith(PATTERNS_OF_WORDS):
            yield from _found(lines, PHRASES, "a phrase that not every reader knows")
        if path.suffix == ".py" and text.strip():
            module = ast.parse(text)
            yield from _undocumented(module)
            yield from wordings(module.body)
            yield from undeclared(module)
    if name.startswith("tests/") and path.suffix == ".py" and path != Path(__file__):
        yield from _found(lines, SKIPPED, "a test runs or does not exist: no skip and no xfail")


def _found(lines: list[str], pattern: re.Pattern[str], rule: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if found := pattern.search(line):
            yield number, f"{rule}: {found.group()}"


def undeclared(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and rule of each import of a package that neither pyproject.toml nor what it names brings."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            imported = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported = [node.module]
        else:
            continue
        for top in {name.split(".")[0] for name in imported} - sys.stdlib_module_names - {"mci_router"}:
            if not DECLARED & {_folded(one) for one in _installed().get(top, [top])}:
                yield node.lineno, f"{top} is imported, and pyproject.toml does not name its package"


@cache
def _installed() -> Mapping[str, list[str]]:
    """The packages that bring each module: to read of all takes longer than to import this."""
    return packages_distributions()


def _folded(package: str) -> str:
    return re.split(r"[<>=\[;]", package)[0].lower().replace("_", "-").replace(".", "-")


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BROUGHT = {
    *("pydantic-core", "starlette"),  # by pydantic and FastAPI, of whose interface they are a part
    "dnspython",  # by dkimpy, which asks for keys by it
}
DECLARED = BROUGHT | {
    _folded(one) for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()) for one in group
}


def _undocumented(module: ast.Module) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(module):
        yield 1, "the module has no docstring"
    for node in module.body:
        yield from _undocumented_definition(node, "")


def _undocumented_definition(node: ast.stmt, within: str) -> Iterator[tuple[int, str]]:
    """Public modules, classes, and functions that are not short; what begins with an underscore explains itself to its
    file.
    """
    if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
        return
    long = (node.end_lineno or node.lineno) - node.lineno + 1 > LONG_FUNCTION
    if not ast.get_docstring(node) and (long or isinstance(node, ast.ClassDef)):
        yield node.lineno, f"{within}{node.name} has no docstring"
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            yield from _undocumented_definition(inner, f"{node.name}.")


def wordings(body: list[ast.stmt], within: str = "") -> Iterator[tuple[int, str]]:
    """Line and rule of each public function whose docstring does not begin with a verb in the third person."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from wordings(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            docstring = ast.get_docstring(node) or ""
            if docstring and not _is_value(node) and (not VERB.match(docstring) or NO_VERB.match(docstring)):
                yield node.lineno, f"{within}{node.name}: say first what it does, such as 'Returns …'"


def _is_value(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(word in ast.unparse(decorator) for decorator in function.decorator_list for word in PROPERTIES)


def library_violations(files: dict[str, str]) -> Iterator[tuple[str, int, str]]:
    """File, line and rule of what is wrong with the function library: its files by name, `shared/agents.lua` for
    example.

    Each shared file fills the table that bears its name, and every file sees all tables.
    """
    tables = {name.removeprefix("shared/").removesuffix(".lua") for name in files if name.startswith("shared/")}
    filled: dict[str, tuple[str, int]] = {}
    used: dict[str, tuple[str, int]] = {}
    for name, text in files.items():
        lines = re.sub(r"--.*|'[^'\n]*'", "", text).splitlines()
        top = len(tables) + sum(len(found[1].split(",")) for line in lines if (found := LUA_LOCAL.match(line)))
        if top > MOST_LOCALS:
            yield name, 1, f"{top} names at the top, with the shared tables; at most {MOST_LOCALS}"
        for number, line in enumerate(lines, 1):
            found = LUA_FILLED.match(line)
            if found and found[2] in tables:
                filled[found[1]] = name, number
            used |= {
                use[0]: (name, number)
                for use in LUA_USED.finditer(line, found.end() if found else 0)
                if use[1] in tables
            }
            named = {word for names in LUA_NAMED.finditer(line) for word in re.findall(r"\w+", names[1] or names[2])}
            yield from ((name, number, f"a name hides the table {one}") for one in sorted(tables & named))
    yield from ((*used[one], f"{one} is defined nowhere") for one in sorted(used.keys() - filled))
    yield from ((*filled[one], f"{one} is used nowhere") for one in sorted(filled.keys() - used))


def main() -> int:
    """Prints every violation; 1 if there is one."""
    gone = [name for name in LONG_FOR_A_REASON if not (ROOT / name).is_file()]
    told = [f"tests/checks/house_rules.py:1: {name} is listed as long, but is not there" for name in gone]
    told += [f"{path.relative_to(ROOT)}:{line}: {rule}" for path in tracked() for line, rule in violations(path)]
    library = {
        name: path.read_text(encoding="utf-8")
        for path in tracked()
        if (name := path.relative_to(ROOT).as_posix()).startswith(LUA)
    }
    found = library_violations({name.removeprefix(LUA): text for name, text in library.items()})
    told += [f"{LUA}{name}:{line}: {rule}" for name, line, rule in found]
    print("\n".join(told) or "The house rules hold.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
