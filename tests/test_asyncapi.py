"""`asyncapi.yaml` says what the agent socket does: its frames, its fields and its close codes."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator
from openapi_spec_validator.readers import read_from_filename  # in C: our own takes five times as long
from pydantic import BaseModel

from mci_router.api.desk import conversation, desk, participation
from mci_router.api.desk import messages as desk_messages
from mci_router.api.desk import socket as agent_socket
from mci_router.api.schemas import frames
from mci_router.api.sockets import conversation as any_conversation
from mci_router.events import EventType
from mci_router.lifecycle.seen import screen_pop as agent_desk
from mci_router.vocabulary import Channel, ContactKind, ContactState, Presence, Trust
from tests.support.rows import every

DOCUMENT: dict[str, Any] = dict(read_from_filename(str(Path(__file__).parents[1] / "asyncapi.yaml"))[0])
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
CHANNEL: dict[str, Any] = DOCUMENT["channels"]["agent_socket"]
FROM_DESK: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(frames.Frame)[0])
}

WITH_POP = ("offer.created", "assignment.started", "invitation.created", "participation.started")
"""Frames that show an agent a contact."""


def looked_up(reference: str) -> Any:
    node: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def inlined(node: Any, definitions: Any = None) -> Any:
    """A schema with its references resolved and without what does not bind: titles, descriptions, examples."""
    if isinstance(node, list):
        return [inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        return inlined(definitions[reference.rpartition("/")[2]] if definitions else looked_up(reference), definitions)
    return {
        key: {name: inlined(inner, definitions) for name, inner in value.items()}
        if key == "properties"
        else inlined(value, definitions)
        for key, value in node.items()
        if key not in ("title", "description", "examples", "$defs")
    }


def references(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "$ref":
            yield value
        else:
            yield from references(value)


def operation(name: str) -> set[str]:
    """The frame types of an operation, and of its reply."""
    found = DOCUMENT["operations"][name]
    listed = [*found["messages"], *found.get("reply", {}).get("messages", [])]
    return {message["$ref"].rpartition("/")[2] for message in listed}


def type_of(message: str) -> str:
    """The type of the frames that a message of the document describes: some types go both ways."""
    return message.removesuffix(".told")


def sent_frames() -> dict[str, set[str]]:
    """Each frame type that the code sends, with the fields of its data that are named where it is sent."""
    sent: dict[str, set[str]] = {}
    for module in (desk, participation, desk_messages, conversation, any_conversation):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_frame":
                kind, fields = node.args[0], {keyword.arg for keyword in node.keywords if keyword.arg}
            elif isinstance(node, ast.Dict) and (members := members_of(node)).get("type"):
                kind, fields = members["type"], set(members_of(members.get("data")))
            else:
                continue
            if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                sent.setdefault(kind.value, set()).update(fields)
    return sent


def members_of(node: ast.AST | None) -> dict[Any, ast.expr]:
    if not isinstance(node, ast.Dict):
        return {}
    return {
        key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    }


def returned_fields(function: str) -> set[Any]:
    """The fields of the object that a function of the screen pop returns."""
    tree = ast.parse(Path(agent_desk.__file__).read_text(encoding="utf-8"))
    found = next(
        node for node in tree.body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name == function
    )
    return {field for node in ast.walk(found) if isinstance(node, ast.Return) for field in members_of(node.value)}


def test_every_reference_leads_somewhere() -> None:
    """A reference within the document resolves, and nothing points out of it."""
    for reference in references(DOCUMENT):
        assert looked_up(reference), reference


def test_every_frame_belongs_to_an_operation() -> None:
    """The channel takes exactly the frames described, and every one is either heard, told or a reply."""
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert CHANNEL["address"] in {getattr(route, "path", "") for route in agent_socket.router.routes}
    assert set(CHANNEL["messages"]) == set(MESSAGES) == operation("hear_desk") | operation("tell_desk")


@every("kind", FROM_DESK)
def test_a_frame_from_the_desk_is_described_as_it_is_read(kind: str) -> None:
    """Fields, bounds and defaults in the document are those of the model that reads the frame."""
    schema = FROM_DESK[kind].model_json_schema()
    assert inlined(MESSAGES[kind]["payload"]) == inlined(schema, schema.get("$defs", {}) or {"": None})


def test_all_frames_from_the_desk_are_described_and_no_other() -> None:
    """The desk may send what the router reads, and is answered with an ack or an error."""
    assert operation("hear_desk") == {*FROM_DESK, "ack", "error"}


def test_all_frames_to_the_desk_are_described_and_no_other() -> None:
    """Every frame type that the code sends is in the document, and the other way round."""
    assert set(sent_frames()) == {*map(type_of, operation("tell_desk")), "ack", "error"}
    for message in MESSAGES:
        assert MESSAGES[message]["payload"]["properties"]["type"]["const"] == type_of(message)


@every("kind", sorted(operation("tell_desk")))
def test_a_frame_to_the_desk_is_described_with_the_fields_it_has(kind: str) -> None:
    """What the code puts into a frame, the screen pop included, is what the document lists."""
    pop = returned_fields("screen_pop") if kind in WITH_POP else set()
    assert set(MESSAGES[kind]["payload"]["properties"]["data"]["properties"]) == sent_frames()[type_of(kind)] | pop


@pytest.mark.parametrize(
    ("schema", "function"),
    [
        ("Contact", "_contact"),
        ("Customer", "_customer"),
        ("EarlierContact", "_earlier"),
        ("WaitingContact", "_waiting"),
    ],
)
def test_the_screen_pop_is_described_field_by_field(schema: str, function: str) -> None:
    """An agent's view of a contact is the same in code and document."""
    assert set(DOCUMENT["components"]["schemas"][schema]["properties"]) == returned_fields(function)


@pytest.mark.parametrize(
    ("schema", "words"),
    [("Presence", Presence), ("ContactState", ContactState), ("ContactKind", ContactKind), ("Trust", Trust)],
    ids=["presence", "contact state", "contact kind", "trust"],
)
def test_words_are_those_of_the_vocabulary(schema: str, words: type[StrEnum]) -> None:
    """An enumeration in the document has the members that the code has."""
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas[schema]["enum"] == list(words)
    assert schemas["Contact"]["properties"]["channel"]["enum"] == list(Channel)


@every(
    ("kind", "example"),
    [(kind, example) for kind, message in MESSAGES.items() for example in message.get("examples", [None])],
)
def test_an_example_is_a_frame_of_its_kind(kind: str, example: dict[str, Any] | None) -> None:
    """Every frame has an example; it fits its schema, and the router would read it if a desk sent it."""
    assert example, f"{kind} has no example"
    Draft7Validator(inlined(MESSAGES[kind]["payload"])).validate(example["payload"])
    if kind in FROM_DESK:
        frames.FRAME.validate_python(example["payload"])


def test_the_close_codes_of_the_code_are_described() -> None:
    """A desk can look up every code that the router closes a socket with."""
    own = {any_conversation.CLOSE_OVER, conversation.REPLACED[0], 1011, 1012, 1013}
    assert {str(code) for code in own} <= set(CHANNEL["x-close-codes"])


def test_what_has_happened_is_named_as_in_the_journal() -> None:
    """`contact.updated` says which event it tells of; other frames about offers and contacts are named after theirs."""
    happened = {event.what for event in EventType if event.family == "contact"}
    updated = MESSAGES["contact.updated"]
    described = updated["payload"]["properties"]["data"]["properties"]["event"]["description"]
    assert set(re.findall(r"`(\w+)`", described)) <= happened
    assert {example["payload"]["data"]["event"] for example in updated["examples"]} <= happened
    told = {kind for kind in operation("tell_desk") if kind.startswith(("offer.", "contact."))}
    assert told - {"contact.updated"} <= set(EventType)
