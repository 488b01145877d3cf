"""`docs/architecture.md` names files, tests and floors that are there."""

import re
import tomllib

from tests.docs.pages import DOCS, ROOT
from tests.support.rows import every

PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")
SOURCE = ROOT / "src" / "mci_router"
NAMED = sorted(
    {name for name in re.findall(r"`([\w./:-]+)`", PAGE) if "/" in name or re.search(r"\.(py|lua|yaml|toml)\b", name)}
)


@every("name", NAMED)
def test_a_path_on_the_page_exists(name: str) -> None:
    """In the package, or from the root of the repository; and the test of a file, where one is named."""
    path, _, test = name.partition("::")
    found = [place / path for place in (SOURCE, ROOT, SOURCE / "routing" / "engine" / "lua") if (place / path).exists()]
    assert found, f"{name} is not there"
    assert not test or f"def {test}(" in found[0].read_text(encoding="utf-8")


def test_the_floors_are_those_of_the_import_contract() -> None:
    """Line for line, from the top down."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    drawn = PAGE.partition("\n## Floors\n")[2].partition("```text\n")[2].partition("\n```")[0]
    assert drawn.splitlines() == [layer.replace(".", "/") for layer in layers]


def test_the_page_follows_three_ways() -> None:
    """A request, a frame and a timer, each a list of files in order."""
    ways = re.findall(r"^## (The way of .+)$", PAGE, re.M)
    assert len(ways) == 3
    assert all(PAGE.partition(f"## {way}\n")[2].lstrip().startswith("| file | what happens there |") for way in ways)
