"""Sight: what a caller may see of a contact. One function decides, by the scopes, and every answer is cut by it.

A caller who may write contacts has to be able to serve the customer, with a new key as well as with the one that posted
the contact. So such a caller sees the state of a contact and what its customer should know, but nothing that others
wrote or found out about it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mci_router.access.keys import Caller, Scope
from mci_router.errors import ScopeMissing

EMPTY_ROUTE: Mapping[str, Any] = {
    "reasons": [],
    "queue": None,
    "answer": None,
    "incident": None,
    "post": None,
    "reply_by": None,
    "at_limit": None,
    "transfers": [],
}
FOR_ANY_CUSTOMER = (
    "outcome",
    "rung",
    "reply_by",
    "opens_at",
    "expected_wait_s",
    "callback_offered",
    "message",
    "emergency",
    "notice",
)
FOR_THE_CUSTOMER = (
    *FOR_ANY_CUSTOMER,
    *("answer", "workflow", "incident", "post", "thread", "similar", "at_limit", "ask"),
)
"""Parts of a route that its customer should know; for a sensitive contact only the first, which say nothing of its
matter.
"""

ABOUT_THE_CUSTOMER = ("the customer ", "preferred agent ", "place in line kept ")
"""Reasons that begin so say what is known of the customer, not what the contact says."""


class Sight(StrEnum):
    """The part of a contact that a caller may see."""

    WHOLE = "whole"  # what it says, why it is where it is, who serves it
    PART = "part"  # its state, and what its customer should know
    NOTHING = "nothing"  # not even that it exists


def sight(caller: Caller, *, sensitive: bool) -> Sight:
    """Returns how much the caller may see of a contact."""
    if (caller.may(Scope.CONTACTS_READ) or caller.may(Scope.CONTACTS_SUPERVISE)) and (
        not sensitive or sees_sensitive(caller)
    ):
        return Sight.WHOLE
    return Sight.PART if caller.may(Scope.CONTACTS_WRITE) else Sight.NOTHING


def sees_sensitive(caller: Caller) -> bool:
    """Returns whether what the caller's other scopes show includes sensitive contacts."""
    return caller.may(Scope.CONTACTS_SENSITIVE)


def knows_customers(caller: Caller) -> bool:
    """Returns whether the caller may learn what is known of a customer, including earlier sensitive contacts."""
    return sight(caller, sensitive=True) is Sight.WHOLE


def of_whole_customer(scope: Scope) -> tuple[Scope, Scope]:
    """Returns the scopes that are needed for all that is held of a customer: sensitive contacts are part of it."""
    return scope, Scope.CONTACTS_SENSITIVE


def refuse_sensitive(caller: Caller) -> None:
    """Checks that the caller may send others what concerns sensitive contacts. Raises ScopeMissing."""
    if not sees_sensitive(caller):
        needed = Scope.CONTACTS_SENSITIVE
        raise ScopeMissing(
            f"Only a key with {needed} can send others what concerns sensitive contacts.", scopes=[needed]
        )


def refuse_records(caller: Caller) -> None:
    """Checks that the caller may send others what agents note of contacts and customers. Raises ScopeMissing."""
    missing = [scope for scope in (Scope.CONTACTS_READ, Scope.CUSTOMERS_READ) if not caller.may(scope)]
    if missing:
        raise ScopeMissing(f"Only a key with {missing[0]} can send others contacts in full.", scopes=missing)


def posted(caller: Caller, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the answer to the caller that posted a contact.

    It has all that follows from its own words, and of the customer what the caller may know.
    """
    if sight(caller, sensitive=False) is Sight.WHOLE:
        return dict(answer)
    return {
        **answer,
        **{part: {**answer[part], "reasons": _of_the_words(answer[part]["reasons"])} for part in ("triage", "route")},
    }


def moved(caller: Caller, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the answer to an act on a contact.

    It is the whole decision, or the contact's state and what its customer should know.
    """
    sensitive = bool(answer["sensitive"])
    if sight(caller, sensitive=sensitive) is Sight.WHOLE:
        return dict(answer)
    visible = FOR_ANY_CUSTOMER if sensitive else FOR_THE_CUSTOMER
    route = {**EMPTY_ROUTE, **{name: value for name, value in answer["route"].items() if name in visible}}
    return {"id": answer["id"], "state": answer["state"], "moved": answer.get("moved", True), "route": route}


def _of_the_words(reasons: list[str]) -> list[str]:
    return [reason for reason in reasons if not reason.startswith(ABOUT_THE_CUSTOMER)]
