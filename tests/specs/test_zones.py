"""Time zones are known by the names that the machine has, and by no others."""

from pathlib import Path
from zoneinfo import TZPATH, available_timezones

from pydantic import TypeAdapter, ValidationError

from mci_router.specs.zones import Timezone
from tests.support.rows import every

ZONE: TypeAdapter[str] = TypeAdapter(Timezone)


def known(name: str) -> bool:
    try:
        return ZONE.validate_python(name) == name
    except ValidationError:
        return False


def test_a_zone_is_known_where_it_is_in_the_list_of_all() -> None:
    """The list is not made to find that out: whatever else lies in its folders is still no zone."""
    listed = available_timezones() - {"localtime"}  # which is another on each machine
    folders = [folder for folder in map(Path, TZPATH) if folder.is_dir()]
    found = {str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*")}
    assert {name for name in found | listed if known(name)} == listed


@every(
    "name",
    [
        "",
        ".",
        "/",
        "Europe",
        "Europe/",
        "Europe//Berlin",
        "../zoneinfo/UTC",
        "/etc/localtime",
        "localtime",
        "UTC\0",
        "\ud800",
    ],
)
def test_what_is_no_name_is_refused_in_words(name: str) -> None:
    """None of them reads a file elsewhere, or raises anything but what says what is wrong."""
    assert not known(name)


def test_a_name_of_any_length_is_refused() -> None:
    assert not known("Europe/" + "x" * 100_000)
