"""People of the escalation matrix: who is on duty, who follows, and what makes no sense."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs.people import to_page
from mci_router.specs.resources import EscalationSpec
from tests.support.rows import every

ADA = {"name": "Ada", "pager": "ada-1"}
BEN = {"name": "Ben", "phone": "+4930901820", "backup_for": "Ada"}
CAT = {"name": "Cat", "email": "cat@example.com"}
NIGHT = {"who": "Cat", "from": "2026-12-01T20:00:00Z", "to": "2026-12-02T06:00:00Z"}


def row(*contacts: dict[str, Any], rota: Any = ()) -> EscalationSpec:
    wanted = {"name": "P1", "queue": "tier_3", "contacts": list(contacts), "rota": list(rota)}
    return EscalationSpec.model_validate(wanted)


@pytest.mark.parametrize(
    ("at", "paged"),
    [
        ("2026-12-01T19:59:59", ["Ada", "Ben"]),
        ("2026-12-01T20:00:00", ["Cat"]),
        ("2026-12-02T05:59:59", ["Cat"]),
        ("2026-12-02T06:00:00", ["Ada", "Ben"]),
    ],
)
def test_the_one_on_duty_is_paged_and_in_a_gap_the_first(at: str, paged: list[str]) -> None:
    """From the beginning of a duty to its end; with the backup behind, by whatever offset the rota is written in."""
    here = {"who": "Cat", "from": "2026-12-01T21:00:00+01:00", "to": "2026-12-02T07:00:00+01:00"}
    for duty in (NIGHT, here):
        spec = row(ADA, BEN, CAT, rota=[duty])
        people = to_page(spec.contacts, spec.rota, datetime.fromisoformat(at).replace(tzinfo=UTC))
        assert [person.name for person in people] == paged
    assert to_page([], [], datetime.now(UTC)) == []


def test_backups_may_follow_each_other() -> None:
    """Each is paged in its turn, whatever the order in which they stand."""
    spec = row({"name": "Dan", "pager": "d", "backup_for": "Ben"}, BEN, ADA)
    assert [person.name for person in to_page(spec.contacts, spec.rota, datetime.now(UTC))] == ["Ada", "Ben", "Dan"]


def test_a_row_reads_back_as_it_was_written() -> None:
    """`from` and `to` keep their names."""
    spec = row(ADA, BEN, CAT, rota=[NIGHT])
    written = spec.model_dump(mode="json")
    assert written["rota"] == [NIGHT]
    assert EscalationSpec.model_validate(written) == spec


@every(
    ("contacts", "rota", "says"),
    [
        ([{"name": "Ada"}], [], "exactly one of pager, phone and email"),
        ([ADA | {"email": "ada@example.com"}], [], "exactly one of pager, phone and email"),
        ([{"name": "Ada", "phone": "030 901820"}], [], "pattern"),
        ([{"name": "Ada", "email": "ada"}], [], "pattern"),
        ([ADA, ADA | {"pager": "ada-2"}], [], "two contacts named Ada"),
        ([ADA | {"backup_for": "Ada"}], [], "the backup of the same person"),
        ([BEN], [], "no contact named Ada"),
        ([ADA, BEN, CAT | {"backup_for": "Ada"}], [], "two backups for Ada"),
        ([ADA | {"backup_for": "Ben"}, BEN], [], "in a circle"),
        ([ADA | {"backup_for": "Ben"}, BEN, CAT], [], "in a circle"),
        ([ADA], [NIGHT], "no contact named Cat, who is on its rota"),
        ([CAT], [NIGHT | {"to": NIGHT["from"]}], "ends before it begins"),
        ([CAT], [NIGHT | {"from": "2026-12-01T20:00:00"}], "timezone"),
        (
            [ADA, CAT],
            [NIGHT, NIGHT | {"who": "Ada", "from": "2026-12-02T05:00:00Z", "to": "2026-12-03T05:00:00Z"}],
            "at once",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(contacts: list[dict[str, Any]], rota: list[dict[str, str]], says: str) -> None:
    """With the person who is wrong."""
    with pytest.raises(ValidationError, match=says):
        row(*contacts, rota=rota)
