"""Links from the desk into the company's own CRM: a template that is filled in for each contact."""

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, StringConstraints

FIELDS = ("external_id", "email", "phone", "customer_id", "case_id", "contact_id", "agent")
"""What a template may name in braces."""

OF_THE_CUSTOMER = frozenset({"external_id", "email", "phone", "customer_id"})
"""Fields that lead to the customer's record: they are known only of a customer who is more than claimed."""

FIELD = re.compile(r"\{([^{}]*)\}")
ASCII_GRAPHIC = re.compile(r"[!-~]+")


def _known_template(value: str) -> str:
    """Returns the template. Raises ValueError for one that a desk must not open, or cannot fill in."""
    try:
        address = urlsplit(value)
        host = address.hostname or ""
    except ValueError:
        raise ValueError("is no URL") from None
    if address.scheme != "https" or not host or "{" in address.netloc:
        raise ValueError(
            "must be an https URL whose host stands as it is, such as https://crm.example.com/{external_id}"
        )
    if address.username or address.password:
        raise ValueError("has a user or a password in it: sign agents in to the CRM instead")
    if not ASCII_GRAPHIC.fullmatch(value):
        raise ValueError("has characters that no URL has: escape them")
    unknown = next((name for name in FIELD.findall(value) if name not in FIELDS), None)
    if unknown is not None or set(FIELD.sub("", value)) & {"{", "}"}:
        raise ValueError(
            f"names {{{unknown or ''}}}, which is not one of {', '.join(f'{{{name}}}' for name in FIELDS)}"
        )
    return value


CrmUrl = Annotated[
    str,
    StringConstraints(max_length=1_000),
    AfterValidator(_known_template),
    Field(
        description="Where the desk leads an agent to in your CRM: https, with any of "
        + ", ".join(f"`{{{name}}}`" for name in FIELDS)
        + ", each escaped. No link is shown where a value is not known.",
        examples=["https://crm.example.com/customers/{external_id}?case={case_id}"],
    ),
]


def crm_link(template: str | None, values: Mapping[str, str | None]) -> str | None:
    """Returns the template with every value escaped and put in; None if there is no template, or a value is missing."""
    if not template or any(not values.get(name) for name in FIELD.findall(template)):
        return None
    return FIELD.sub(lambda found: quote(values[found[1]] or "", safe=""), template)
