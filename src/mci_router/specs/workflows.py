"""Workflows: acts of the company's own systems, such as a refund, which automation has done for a customer."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PlainSerializer, StringConstraints, field_validator, model_validator

from mci_router.specs.base import Language, Name, Reference, Spec, Text, refers
from mci_router.specs.costs import CostPerCall
from mci_router.specs.json_schemas import faults, refuse_schema
from mci_router.vocabulary import Trust

LONGEST_URL = 2_000
MOST_FIELDS = 50
MOST_AMOUNT = 10**12  # and more is no amount of anything that is paid
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

Field_ = Annotated[str, StringConstraints(pattern=rf"^{FIELD.pattern}$")]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Money = Annotated[Decimal, Field(ge=0, le=1_000_000_000), PlainSerializer(float, return_type=float, when_used="json")]


class ApprovalSpec(Spec):
    """From which amount on a person has to agree."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    at_least: Annotated[
        Money, Field(alias="from", description="Below it nobody is asked; from it on a person is.", examples=[250.0])
    ]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["USD"])]
    field: Annotated[Field_, Field(description="The field of the input that is the amount.")] = "amount"
    queue: Annotated[
        Name | None, Field(description="Where a person is asked. Null: `approvals`, else the catch-all.")
    ] = None
    expires_s: Annotated[
        float, Field(gt=0, le=30 * 86_400, description="Seconds in which a person has to agree; then it has failed.")
    ] = 86_400


class RunLimits(Spec):
    """How many runs are begun in a day of the workspace's time zone. Null: any number."""

    per_customer_day: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    per_workspace_day: Annotated[int | None, Field(ge=1, le=100_000_000)] = None


class CircuitSpec(Spec):
    """When a target that fails is left alone: then its rung is passed over at once."""

    failures: Annotated[int, Field(ge=1, le=1_000, description="In a row.")] = 5
    open_s: Annotated[float, Field(gt=0, le=86_400, description="Seconds until it is tried again, with one call.")] = 30


class WorkflowSpec(Spec):
    """An act of the company's own systems, as automation and agents have it done."""

    name: Name
    title: Text
    topics: Annotated[
        list[Name], Field(max_length=50, description="Automation serves their contacts by it. Empty: people start it.")
    ] = []
    url: Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_URL),
        Field(
            description="Where it is called: https, public addresses only.",
            examples=["https://acts.example.com/refund"],
        ),
    ]
    input_schema: Annotated[
        dict[str, Any],
        Field(
            description="A JSON Schema (draft 2020-12) of an object: what it takes. Its patterns cannot look around."
        ),
    ] = {"type": "object", "properties": {}}
    ask: Annotated[
        list[Field_],
        Field(max_length=20, description="Fields that the customer is asked for, one after another, if nobody knows."),
    ] = []
    questions: Annotated[
        dict[Field_, dict[Language, Question]],
        Field(max_length=20, description="What is asked, by field and language. Left out: for the field by its title."),
    ] = {}
    ask_tries: Annotated[int, Field(ge=1, le=10, description="Answers to a question; then a person takes over.")] = 3
    ask_s: Annotated[
        float, Field(gt=0, le=7 * 86_400, description="Seconds for an answer; then a person takes over.")
    ] = 900
    identity: Annotated[
        Literal[Trust.AUTHENTICATED, Trust.VERIFIED],
        Field(description="The trust in who the customer is that it takes at least."),
    ] = Trust.AUTHENTICATED
    approval: ApprovalSpec | None = None
    limits: RunLimits = RunLimits()
    timeout_s: Annotated[float, Field(ge=0.05, le=60, description="Seconds that a call may take.")] = 10
    attempts: Annotated[
        int, Field(ge=1, le=10, description="Calls at most, all with one key; only while the target cannot have acted.")
    ] = 3
    result_s: Annotated[
        float,
        Field(gt=0, le=30 * 86_400, description="After a 202: seconds until the result; then it is unknown."),
    ] = 3_600
    circuit: CircuitSpec = CircuitSpec()
    cost_per_call: CostPerCall = None
    mode: Annotated[
        Literal["sync", "async"],
        Field(description="`sync`: the answer to the contact waits up to 300 ms for it. Afterwards both are alike."),
    ] = "async"

    @field_validator("input_schema")
    @classmethod
    def takes_an_object(cls, value: dict[str, Any]) -> dict[str, Any]:
        """Raises ValueError for a schema that is not that of an object with named fields, or is not taken."""
        refuse_schema(value)
        fields = value.get("properties", {})
        if value.get("type") != "object" or not isinstance(fields, Mapping):
            raise ValueError("must have the type object, and its fields in properties")
        if len(fields) > MOST_FIELDS:
            raise ValueError(f"has {len(fields)} fields; at most {MOST_FIELDS} are taken")
        wrong = next((name for name in fields if not FIELD.fullmatch(name)), None)
        if wrong:
            raise ValueError(f"has the field {wrong!r}: a field's name is letters, digits and underscores")
        return value

    @model_validator(mode="after")
    def names_fields_that_there_are(self) -> Self:
        """Raises ValueError for a field that the schema does not have, and for one that nobody could give."""
        if len(set(self.ask)) < len(self.ask):
            raise ValueError("ask names a field twice")
        named = [*self.ask, *self.questions, *([self.approval.field] if self.approval else [])]
        unknown = next((name for name in named if name not in self.fields), None)
        if unknown:
            raise ValueError(f"names the field {unknown!r}, which is not in input_schema.properties")
        silent = next((name for name in self.ask if not _askable(self.fields[name])), None)
        if silent:
            raise ValueError(f"asks for {silent!r}: only a string, number, integer, boolean or enum can be asked for")
        if self.approval and self.fields[self.approval.field].get("type") not in ("number", "integer"):
            raise ValueError(f"the field {self.approval.field!r} is an amount: its type must be number or integer")
        if self.approval and self.approval.field not in self.required:
            raise ValueError(f"the field {self.approval.field!r} is an amount: it must be required")
        return self

    @property
    def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """The schemas of its input's fields, by name."""
        found = self.input_schema.get("properties", {})
        return {name: one if isinstance(one, dict) else {} for name, one in found.items()}

    @property
    def required(self) -> frozenset[str]:
        """The fields without which it cannot be called."""
        return frozenset(self.input_schema.get("required", ())) & self.fields.keys()

    def faults(self, given: Mapping[str, Any], *, most: int = 5) -> list[tuple[str, str]]:
        """Returns what is wrong with an input: the place and the problem, by its schema, and for an amount that nobody
        can mean.
        """
        found = faults(self.input_schema, given, most=most)
        amount = self.amount_of(given)
        if self.approval and amount is not None and abs(amount) >= MOST_AMOUNT:
            found.append((self.approval.field, f"is an amount of {MOST_AMOUNT:,} or more"))
        return found[:most]

    def amount_of(self, given: Mapping[str, Any]) -> Decimal | None:
        """Returns the amount in an input, where it has one: to the last digit as it was written."""
        value = given.get(self.approval.field) if self.approval else None
        return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def needs_approval(self, given: Mapping[str, Any]) -> bool:
        """Returns whether a person has to agree to a run with this input."""
        amount = self.amount_of(given)
        return self.approval is not None and (amount is None or amount >= self.approval.at_least)

    def references(self) -> Iterator[Reference]:
        for number, topic in enumerate(self.topics):
            yield from refers("topic", topic, "topics", number)
        yield from refers("queue", self.approval.queue if self.approval else None, "approval", "queue")


def _askable(schema: Mapping[str, Any]) -> bool:
    """Returns whether a customer can write a value of the field."""
    return schema.get("type") in ("string", "number", "integer", "boolean") or "enum" in schema
