"""The community of a workspace: its pages, the board that serves it, and its spaces."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.specs.base import Name, Reference, Spec, Text, refers
from mci_router.specs.portal import Intro, PortalLanguage
from mci_router.vocabulary import MemberLevel

GENERAL = "general"
"""The space of posts whose topic no other space names. It is there also where it is not configured."""

SignIn = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class SpaceSpec(Spec):
    """A part of the community: the posts of some topics, with who may write there."""

    name: Name
    title: Text
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""
    topics: Annotated[
        list[Name],
        Field(
            max_length=500,
            description="Whose posts are here. Of two spaces that name one topic the first by name has it; what none "
            "names is in the space `general`.",
        ),
    ] = []
    write: Annotated[
        MemberLevel, Field(description="The lowest level at which a member may reply here.", examples=["basic"])
    ] = MemberLevel.NEW
    locked: Annotated[bool, Field(description="Only moderators reply here.")] = False
    indexable: Annotated[
        bool | None, Field(description="Whether search engines may list it. Null: as the workspace's community says.")
    ] = None

    @field_validator("write")
    @classmethod
    def somebody_may_write(cls, value: MemberLevel) -> MemberLevel:
        if value is MemberLevel.BLOCKED:
            raise ValueError("a blocked member may write nowhere: use new, or locked where nobody is to write")
        return value

    @model_validator(mode="after")
    def topics_once(self) -> Self:
        if len(set(self.topics)) < len(self.topics):
            raise ValueError("topics names one twice")
        return self

    def references(self) -> Iterator[Reference]:
        for number, topic in enumerate(self.topics):
            yield from refers("topic", topic, "topics", number)


class CommunitySpec(Spec):
    """The community: its pages at `/community/{name of the workspace}`, and the board that serves it."""

    connector: Annotated[
        Literal["built_in"], Field(description="The board that has the posts. `built_in` is the router's own.")
    ] = "built_in"
    title: Annotated[Text | None, Field(description="What its pages are headed by; null: the workspace's title.")] = (
        None
    )
    languages: Annotated[
        list[PortalLanguage],
        Field(min_length=1, max_length=2, description="Those that it speaks; the first where a browser asks for none."),
    ] = ["en", "de"]
    intro: Annotated[
        dict[PortalLanguage, Intro],
        Field(description="What its first page says, by language.", examples=[{"en": "Customers help each other."}]),
    ] = {}
    indexable: Annotated[
        bool, Field(description="Whether search engines may list its pages. A space may say otherwise.")
    ] = False
    sign_in_url: Annotated[
        SignIn | None,
        Field(
            description="The page of your own site that signs a customer in: it sends a customer token to "
            "`/community/{name}/sign-in`. Null: the pages can be read only.",
            examples=["https://shop.example/community"],
        ),
    ] = None
    flags_to_hide: Annotated[
        int,
        Field(ge=1, le=100, description="Flags by different members that hide a reply until a moderator decides."),
    ] = 3

    @field_validator("sign_in_url")
    @classmethod
    def on_the_web(cls, value: str | None) -> str | None:
        parsed = urlsplit(value or "https://a")
        if parsed.scheme not in ("https", "http") or not parsed.hostname or parsed.username:
            raise ValueError("sign_in_url is no address of the web, such as https://shop.example/community")
        return value

    @model_validator(mode="after")
    def languages_once(self) -> Self:
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("languages names one twice")
        return self


Community = Annotated[
    CommunitySpec | None, Field(description="Its pages at `/community/{name}`; null: they are not there.")
]
