"""NOTICE names every package that comes with the project under a licence that asks something of those who pass it on."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)
COPYLEFT = re.compile(r"\b(?:[AL]?GPL|MPL|EPL|EUPL|CDDL)|Mozilla|GNU")


def _licence(package: str) -> str:
    """Returns what the installed package says of its licence, without the text of it; "" if it is for another system."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return ""
    expressions, licences, classifiers = (
        said.get_all(name) or [] for name in ("License-Expression", "License", "Classifier")
    )
    short = [licence.partition("\n")[0] for licence in licences]
    return " ".join([*expressions, *short, *(line for line in classifiers if line.startswith("License"))])


def test_notice_names_every_copyleft_package() -> None:
    """Of all that the lock files pin: LGPL and MPL today."""
    pinned = {name for lock in ROOT.glob("requirements*.lock") for name in PINNED.findall(lock.read_text())}
    copyleft = {name for name in pinned if COPYLEFT.search(_licence(name))}
    assert {"python-stdnum", "certifi"} <= copyleft
    notice = (ROOT / "NOTICE").read_text()
    assert not {name for name in copyleft if not re.search(rf"^{re.escape(name)} ", notice, re.MULTILINE)}


def test_the_locks_agree_and_name_no_address() -> None:
    """What runs is what was tested: each version in a lock is the one that development has."""
    versions = {
        lock.name: dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE))
        for lock in ROOT.glob("requirements*.lock")
    }
    tested = versions["requirements-dev.lock"]
    for name, pinned in versions.items():
        assert {package: version for package, version in pinned.items() if tested.get(package) != version} == {}, name
        assert "://" not in (ROOT / name).read_text()
