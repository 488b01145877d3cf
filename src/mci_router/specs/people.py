"""People of the escalation matrix: whom to page when nobody works, who is on duty when, and who follows."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from mci_router.specs.base import Spec, Text
from mci_router.specs.moments import Moment

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^\+[1-9][0-9]{4,14}$"),
    Field(description="E.164.", examples=["+4930901820"]),
]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254),
    Field(examples=["ada@example.com"]),
]


class Person(Spec):
    """Somebody who can be paged, by one address."""

    name: Annotated[Text, Field(description="Unlike every other of its row.", examples=["Ada Okafor"])]
    pager: Annotated[Address | None, Field(description="As the paging service names it.")] = None
    phone: Phone | None = None
    email: Email | None = None
    backup_for: Annotated[
        Text | None, Field(description="The person of the row whom this one follows, if that one does not confirm.")
    ] = None

    @model_validator(mode="after")
    def one_address(self) -> Self:
        if sum(address is not None for address in (self.pager, self.phone, self.email)) != 1:
            raise ValueError(f"{self.name} needs exactly one of pager, phone and email")
        if self.backup_for == self.name:
            raise ValueError(f"{self.name} cannot be the backup of the same person")
        return self

    @property
    def reached_by(self) -> dict[str, str]:
        """The name and the address."""
        members = {"name": self.name, "pager": self.pager, "phone": self.phone, "email": self.email}
        return {member: value for member, value in members.items() if value is not None}


class Duty(Spec):
    """A time in which somebody is on duty: `from` is part of it, `to` is not."""

    model_config = ConfigDict(serialize_by_alias=True)

    who: Annotated[Text, Field(description="A person of the row.")]
    begins: Annotated[Moment, Field(alias="from", description="RFC 3339 with an offset.")]
    ends: Annotated[Moment, Field(alias="to", description="RFC 3339 with an offset.")]

    @model_validator(mode="after")
    def forward(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError(f"the duty of {self.who} ends before it begins")
        return self


def check_people(contacts: Sequence[Person], rota: Sequence[Duty]) -> None:
    """Checks the people of a row together. Raises ValueError, which says who is wrong."""
    names = [person.name for person in contacts]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"has two contacts named {name}")
    for person in contacts:
        if person.backup_for and person.backup_for not in names:
            raise ValueError(f"has no contact named {person.backup_for}, whom {person.name} is to follow")
    backed = [person.backup_for for person in contacts if person.backup_for]
    for name in backed:
        if backed.count(name) > 1:
            raise ValueError(f"has two backups for {name}: let the second be the backup of the first")
    if contacts and len(backed) == len(contacts):
        raise ValueError("has only backups, who follow each other in a circle: one must be the first")
    if any(len(followed_by(contacts, person)) > len(contacts) for person in contacts):
        raise ValueError("has backups who follow each other in a circle")
    _check_rota(names, rota)


def _check_rota(names: Sequence[str], rota: Sequence[Duty]) -> None:
    for duty in rota:
        if duty.who not in names:
            raise ValueError(f"has no contact named {duty.who}, who is on its rota")
    for earlier, later in pairwise(sorted(rota, key=lambda duty: duty.begins)):
        if later.begins < earlier.ends:
            raise ValueError(
                f"has {earlier.who} and {later.who} on duty at once from {later.begins.isoformat()}: "
                "end one where the other begins, and make the second a backup"
            )


def followed_by(contacts: Sequence[Person], first: Person) -> list[Person]:
    """Returns a person and those who follow, each the backup of the one before; too many where they go in a circle."""
    chain = [first]
    while len(chain) <= len(contacts):
        following = [person for person in contacts if person.backup_for == chain[-1].name]
        if not following:
            break
        chain.append(following[0])
    return chain


def to_page(contacts: Sequence[Person], rota: Sequence[Duty], now: datetime) -> list[Person]:
    """Returns the person on duty and those who follow.

    While nobody is on duty, the first contact who is no backup is paged: a gap in the rota must not lose a page.
    """
    if not contacts:
        return []
    on_duty = {duty.who for duty in rota if duty.begins <= now < duty.ends}
    first = next((person for person in contacts if person.name in on_duty), None)
    return followed_by(contacts, first or next(person for person in contacts if not person.backup_for))
