"""What a caller may see of a contact: one function decides, by the scopes, and every answer is cut by it.

Whoever may write contacts has to be able to serve the customer, with a key made yesterday as well as with that which posted the contact.
So such a caller is told where a contact stands and what its customer is to be told, but nothing that others wrote or found about it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mci_router.access.keys import Caller, Scope
from mci_router.errors import ScopeMissing

NOTHING_TOLD: Mapping[str, Any] = {
    "reasons": [],
    "queue": None,
    "answer": None,
    "incident": None,
    "post": None,
    "reply_by": None,
    "at_limit": None,
    "transfers": [],
}
FOR_ANY_CUSTOMER = ("outcome", "rung", "reply_by", "expected_wait_s", "callback_offered", "message", "emergency")
FOR_THE_CUSTOMER = (*FOR_ANY_CUSTOMER, "answer", "incident", "post", "at_limit", "ask")
"""What of a route its customer is to be told; of a sensitive contact only the first, which no matter of the contact's stands in."""

ABOUT_THE_CUSTOMER = ("the customer ", "preferred agent ", "place in line kept ")
"""A reason that begins so tells what is known of the customer, not what the contact says."""


class Sight(StrEnum):
    """How much a caller may see of a contact."""

    WHOLE = "whole"  # what it says, why it is where it is, who serves it
    TOLD = "told"  # where it stands, and what its customer is to be told
    NOTHING = "nothing"  # not even that it is there


def sight(caller: Caller, *, sensitive: bool) -> Sight:
    """What the caller may see of a contact that is sensitive, or is not."""
    if (caller.may(Scope.CONTACTS_READ) or caller.may(Scope.CONTACTS_SUPERVISE)) and (not sensitive or sees_sensitive(caller)):
        return Sight.WHOLE
    return Sight.TOLD if caller.may(Scope.CONTACTS_WRITE) else Sight.NOTHING


def sees_sensitive(caller: Caller) -> bool:
    """Whether what the caller's other scopes show includes what is sensitive."""
    return caller.may(Scope.CONTACTS_SENSITIVE)


def knows_customers(caller: Caller) -> bool:
    """Whether the caller may learn what is known of a customer, sensitive contacts of earlier included."""
    return sight(caller, sensitive=True) is Sight.WHOLE


def refuse_sensitive(caller: Caller) -> None:
    """Raises ScopeMissing unless the caller may have others told of sensitive contacts."""
    if not sees_sensitive(caller):
        needed = Scope.CONTACTS_SENSITIVE
        raise ScopeMissing(f"Only a key with {needed} can tell others of sensitive contacts.", scopes=[needed])


def posted(caller: Caller, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What the caller that posts a contact is answered: all that its own words led to, and of its customer what it may know."""
    if sight(caller, sensitive=False) is Sight.WHOLE:
        return dict(answer)
    return {**answer, **{part: {**answer[part], "reasons": _of_the_words(answer[part]["reasons"])} for part in ("triage", "route")}}


def moved(caller: Caller, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What an act on a contact answers: the whole decision, or where the contact stands and what its customer is to be told."""
    sensitive = bool(answer["sensitive"])
    if sight(caller, sensitive=sensitive) is Sight.WHOLE:
        return dict(answer)
    told = FOR_ANY_CUSTOMER if sensitive else FOR_THE_CUSTOMER
    route = {**NOTHING_TOLD, **{name: value for name, value in answer["route"].items() if name in told}}
    return {"id": answer["id"], "state": answer["state"], "route": route}


def _of_the_words(reasons: list[str]) -> list[str]:
    return [reason for reason in reasons if not reason.startswith(ABOUT_THE_CUSTOMER)]
