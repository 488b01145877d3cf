"""Every table says what it has of people, so that none is forgotten when they ask for it."""

from pathlib import Path

from mci_router.models import all_tables
from mci_router.privacy.exporting import SECTIONS
from mci_router.privacy.tables import LEFT, NOT_EXPORTED, NOTHING

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "erase-customers.md").read_text(encoding="utf-8")
OF_PEOPLE = {"customer_id", "contact_id", "case_id", "message_id", "member_id", "about_id"}


def test_every_table_says_what_it_has_of_people() -> None:
    """A table that is added and on no list fails here; one that names a customer, a case, a contact or a message cannot
    be said to have nothing.
    """
    tables = all_tables().tables
    assert set(tables) == set(LEFT) | NOTHING
    assert not set(LEFT) & NOTHING
    for name in NOTHING:
        assert not OF_PEOPLE & set(tables[name].columns.keys()), name


def test_what_has_something_of_people_is_exported_or_says_why_not() -> None:
    """Each table once: in a section of the export, or with a reason."""
    exported = {section.table for section in SECTIONS}
    assert exported | set(NOT_EXPORTED) == set(LEFT)
    assert not exported & set(NOT_EXPORTED)


def test_the_how_to_says_what_is_left_of_each_table() -> None:
    """The page has the list word by word."""
    for table, left in LEFT.items():
        assert f"| `{table}` | {left} |\n" in PAGE, table
