"""Written answers: articles, which automation, customers and agents read, and canned answers, which agents send."""

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.specs.base import Language, LongText, Name, Reference, Spec, Text, refers
from mci_router.specs.moments import Moment
from mci_router.vocabulary import ArticleState, Audience

VARIABLES = (
    *("customer_name", "agent_name", "case_reference", "queue_title", "queue_hours", "topic_title", "workspace_title"),
)
"""What a canned answer may name in braces, and the router puts in."""

BRACED = re.compile(r"\{([^{}\n]{1,60})\}")
"""Anything in braces: what was meant for a variable, too."""

VARIABLE = re.compile(r"\{([A-Za-z_]\w{0,39})\}")

Source = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    Field(
        description="What it was made of, such as a page of another system: an import finds it again by this.",
        examples=["confluence:HELP/65601"],
    ),
]
Shortcut = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$"),
    Field(description="What an agent types after `;`, and Tab, to insert it.", examples=["hello"]),
]


class ArticleSpec(Spec):
    """An answer: automation gives it, customers find it, agents insert it. Outside of its validity nobody does."""

    name: Name
    topic: Name
    title: Text
    body: LongText
    language: Language = "en"
    state: Annotated[
        ArticleState, Field(description="A draft answers nobody; `POST /v1/articles/{name}/publish` publishes it.")
    ] = ArticleState.PUBLISHED
    audience: Annotated[Audience, Field(description="Who may read it. Automation never gives one for agents.")] = (
        Audience.PUBLIC
    )
    valid_from: Annotated[Moment | None, Field(description="RFC 3339 with an offset. Null: since ever.")] = None
    valid_until: Annotated[
        Moment | None, Field(description="The moment at which it ends. Null: until it is changed.")
    ] = None
    source: Source | None = None

    @model_validator(mode="after")
    def valid_for_a_while(self) -> Self:
        """Raises ValueError for a validity that ends before it begins."""
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError("valid_until is not after valid_from: it would never be valid")
        return self

    def references(self) -> Iterator[Reference]:
        yield from refers("topic", self.topic, "topic")


class CannedAnswerSpec(Spec):
    """A text that agents send often: inserted by its shortcut, with the values of the contact in place of variables."""

    name: Name
    title: Text
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000),
        Field(
            description="Variables stand in braces: " + ", ".join(f"`{{{name}}}`" for name in VARIABLES) + ".",
            examples=["Hello {customer_name}, this is {agent_name}."],
        ),
    ]
    shortcut: Shortcut | None = None
    language: Language = "en"
    topic: Annotated[Name | None, Field(description="Only for contacts of this topic. Null: of every topic.")] = None
    queue: Annotated[Name | None, Field(description="Only for contacts of this queue. Null: of every queue.")] = None
    audience: Annotated[
        Audience,
        Field(
            description="Who may read it: `public`: anybody, so it may stand in a public reply, too; "
            "`customers`: the customer, in private; `agents`: colleagues, in notes."
        ),
    ] = Audience.CUSTOMERS

    @field_validator("text")
    @classmethod
    def knows_its_variables(cls, value: str) -> str:
        """Raises ValueError for a variable that the router does not know."""
        unknown = [name for name in VARIABLE.findall(value) if name not in VARIABLES]
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise ValueError(f"names the variable {{{unknown[0]}}}, which there is not: there are {known}")
        return value

    def references(self) -> Iterator[Reference]:
        yield from refers("topic", self.topic, "topic")
        yield from refers("queue", self.queue, "queue")
