"""The help portal of a workspace: what its pages say, and what they offer."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Name, Reference, Spec, Text, refers
from mci_router.vocabulary import Channel

PortalLanguage = Literal["en", "de"]
"""A language that the pages speak."""

Intro = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class PortalSpec(Spec):
    """The help portal, `/help/{name of the workspace}`. What its customers say of themselves is `claimed`."""

    title: Annotated[Text | None, Field(description="What its pages are headed by; null: the workspace's title.")] = (
        None
    )
    languages: Annotated[
        list[PortalLanguage],
        Field(min_length=1, max_length=2, description="Those that it speaks; the first where a browser asks for none."),
    ] = ["en", "de"]
    intro: Annotated[
        dict[PortalLanguage, Intro],
        Field(description="What its first page says, by language.", examples=[{"en": "How can we help?"}]),
    ] = {}
    topics: Annotated[
        list[Name], Field(max_length=50, description="Topics that the form offers; empty: what is written is read.")
    ] = []
    channels: Annotated[
        list[Channel],
        Field(max_length=len(Channel), description="Whose hours and expected waits it shows, in this order."),
    ] = []
    adapters: Annotated[
        list[Name],
        Field(
            max_length=20,
            description="Adapters by which its contacts are answered: the first that serves e-mail where the customer "
            "gave an address, else the first that serves SMS. Empty: the first of all, by name.",
        ),
    ] = []

    @model_validator(mode="after")
    def named_once(self) -> Self:
        for name in ("languages", "topics", "channels", "adapters"):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"{name} names one twice")
        return self

    def references(self) -> Iterator[Reference]:
        for kind in ("topic", "adapter"):
            for number, name in enumerate(getattr(self, f"{kind}s")):
                yield from refers(kind, name, "portal", f"{kind}s", number)


Portal = Annotated[PortalSpec | None, Field(description="Its help pages at `/help/{name}`; null: it has none.")]
