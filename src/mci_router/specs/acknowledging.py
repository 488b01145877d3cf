"""What a queue says of acknowledgements: who is told at once that a message has arrived, and when it is answered."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.specs.base import Language, Spec
from mci_router.vocabulary import Channel

PLACEHOLDERS = ("{by}", "{reference}")


class Acknowledge(Spec):
    """Customers who write to the queue on these channels are told once a case that it waits, and until when somebody
    answers.
    """

    channels: Annotated[
        list[Channel], Field(min_length=1, max_length=100, description="Written ones.", examples=[["email"]])
    ]
    texts: Annotated[
        dict[Language, Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]],
        Field(
            max_length=50,
            description="What is written, by language, with `{by}` and `{reference}`; ours in English and German where "
            "there is none, and where the matter is sensitive.",
            examples=[{"en": "We answer {by}. Your reference: {reference}"}],
        ),
    ] = {}
    most_per_hour: Annotated[
        int,
        Field(ge=1, le=1_000, description="Automatic answers that one address gets in an hour, from the workspace."),
    ] = 5

    @model_validator(mode="after")
    def written(self) -> Self:
        if Channel.VOICE in self.channels:
            raise ValueError("acknowledges calls: name channels on which customers write")
        return self

    @model_validator(mode="after")
    def names_nothing_else(self) -> Self:
        for language, said in self.texts.items():
            rest = said
            for placeholder in PLACEHOLDERS:
                rest = rest.replace(placeholder, "")
            if "{" in rest or "}" in rest:
                raise ValueError(f"has in {language} another placeholder than {' and '.join(PLACEHOLDERS)}")
        return self


AcknowledgeOrNot = Annotated[
    Acknowledge | None, Field(description="Tell customers at once that their message has arrived; null: do not.")
]
