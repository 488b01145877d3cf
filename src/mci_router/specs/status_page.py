"""The status page of a workspace: what anybody may read of its hours, its promises and what is broken."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from mci_router.specs.base import Spec, Text
from mci_router.specs.portal import PortalLanguage
from mci_router.vocabulary import Channel


class StatusPageSpec(Spec):
    """The status page, `/status/{name of the workspace}`, and the same as JSON at `/status/{name}.json`."""

    title: Annotated[Text | None, Field(description="What it is headed by; null: the workspace's title.")] = None
    languages: Annotated[
        list[PortalLanguage],
        Field(min_length=1, max_length=2, description="Those that it speaks; the first where a browser asks for none."),
    ] = ["en", "de"]
    channels: Annotated[
        list[Channel],
        Field(
            max_length=len(Channel),
            description="Whose hours and expected responses it shows, in this order. Empty: those that queues name.",
        ),
    ] = []

    @model_validator(mode="after")
    def named_once(self) -> Self:
        for name in ("languages", "channels"):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"{name} names one twice")
        return self


StatusPage = Annotated[
    StatusPageSpec | None, Field(description="Its status page at `/status/{name}`, for anybody; null: it has none.")
]
