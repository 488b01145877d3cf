"""`asyncapi-customer.yaml` says what the customer socket does. What it tells is held against the document by every
test that opens one (`tests/support/customers.py`).
"""

from collections.abc import Iterator
from typing import Any, get_args

from jsonschema import Draft7Validator
from pydantic import BaseModel

from mci_router.access.sessions import WhyOver
from mci_router.api.customer import lobby, visit
from mci_router.api.customer import socket as customer_socket
from mci_router.api.schemas import customer_frames as frames
from mci_router.api.sockets.conversation import CLOSE_OVER
from mci_router.vocabulary import ContactState
from tests.support.customers import document
from tests.support.rows import every

DOCUMENT: dict[str, Any] = document()
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
CHANNEL: dict[str, Any] = DOCUMENT["channels"]["customer_socket"]
FROM_CUSTOMER: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(frames.Frame)[0])
}


def references(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "$ref":
            yield value
        else:
            yield from references(value)


def looked_up(reference: str) -> Any:
    node: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def inlined(node: Any, definitions: Any) -> Any:
    """A schema with its references resolved and without what does not bind."""
    if isinstance(node, list):
        return [inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        found = inlined(definitions[node["$ref"].rpartition("/")[2]], definitions)
        return {**found, **({"default": node["default"]} if "default" in node else {})}
    return {
        key: {name: inlined(inner, definitions) for name, inner in value.items()}
        if key == "properties"
        else inlined(value, definitions)
        for key, value in node.items()
        if key not in ("title", "description", "examples", "$defs")
    }


def operation(name: str) -> set[str]:
    found = DOCUMENT["operations"][name]
    listed = [*found["messages"], *found.get("reply", {}).get("messages", [])]
    return {message["$ref"].rpartition("/")[2] for message in listed}


def test_every_reference_leads_somewhere_and_every_frame_belongs_to_an_operation() -> None:
    """The channel takes exactly the frames described, and every one is either heard, told or a reply."""
    for reference in references(DOCUMENT):
        assert looked_up(reference), reference
    assert CHANNEL["address"] in {getattr(route, "path", "") for route in customer_socket.router.routes}
    assert operation("hear_customer") == {*FROM_CUSTOMER, "ack", "error"}
    assert set(CHANNEL["messages"]) == set(MESSAGES) == operation("hear_customer") | operation("tell_customer")


@every("kind", FROM_CUSTOMER)
def test_a_frame_from_the_customer_is_described_as_it_is_read(kind: str) -> None:
    """Fields, bounds and defaults in the document are those of the model that reads the frame."""
    schema = FROM_CUSTOMER[kind].model_json_schema()
    assert inlined(MESSAGES[kind]["payload"], {}) == inlined(schema, schema.get("$defs", {}))


@every("kind", MESSAGES)
def test_an_example_is_a_frame_of_its_kind(kind: str) -> None:
    """Every frame has one; the router would read it if a customer sent it."""
    (example,) = MESSAGES[kind]["examples"]
    Draft7Validator({**MESSAGES[kind]["payload"], "components": DOCUMENT["components"]}).validate(example["payload"])
    if kind in FROM_CUSTOMER:
        frames.FRAME.validate_python(example["payload"])


def test_states_and_close_codes_are_those_of_the_code() -> None:
    """An offered contact is a queued one to its customer; a client can look up every code and reason."""
    states = DOCUMENT["components"]["schemas"]["ContactState"]["enum"]
    assert states == [state for state in ContactState if state is not ContactState.OFFERED]
    codes = CHANNEL["x-close-codes"]
    ours = {CLOSE_OVER, lobby.CHANGED_CUSTOMER[0], visit.UNREAD[0], 1011, 1012}
    assert {str(code) for code in ours} <= set(codes)
    assert {lobby.CHANGED_CUSTOMER[1], visit.UNREAD[1]} <= set(codes["1013"].replace("`", " ").split())
    for why in (WhyOver.EXPIRED, WhyOver.KEY_REVOKED, WhyOver.SESSIONS_ENDED):
        assert why in codes["4401"]
