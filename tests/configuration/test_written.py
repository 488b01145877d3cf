"""What is right by itself, and fails the first contact that meets it, is refused when it is written, at each door."""

from typing import Any

from mci_router.configuration.references import Fault
from mci_router.configuration.written import faults_of, refused_later
from mci_router.specs.kinds import KINDS
from mci_router.specs.workspace import WorkspaceSpec
from tests.support.rows import every
from tests.support.service import Workspace

AMOUNT = {"type": "object", "properties": {"amount": {"type": "number"}}}
URL = "https://acts.example.com"


def spec_of(kind: str, body: dict[str, Any]) -> Any:
    named = {"name": "low_volume_low_touch" if kind == "policy" else "one", **body}
    return (WorkspaceSpec if kind == "workspace" else KINDS[kind].spec).model_validate(named)


def faults(kind: str, body: dict[str, Any]) -> list[Fault]:
    return faults_of({kind: {"one": spec_of(kind, body)}})


def workflow(**more: Any) -> dict[str, Any]:
    return {"title": "Refund", "url": URL, **more}


def shop(**more: Any) -> dict[str, Any]:
    return {"title": "Shop", **more}


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "workflow",
        workflow(input_schema=AMOUNT | {"required": ["ammount"]}),
        "input_schema.required",
        "names 'ammount', which is not in input_schema.properties: did you mean 'amount'?",
    ),
    (
        "workflow",
        workflow(input_schema=AMOUNT | {"required": ["zip"]}),
        "input_schema.required",
        "nobody could be asked",
    ),
    ("policy", {"ladder": [{"outcome": "agent", "channels": ["chat"]}]}, "ladder.0.channels", "serves every channel"),
    ("canned_answer", {"title": "Hi", "text": "Hi { customer_name }"}, "text", "write {customer_name}"),
    ("canned_answer", {"title": "Hi", "text": "Hi {customer-name}"}, "text", "write {customer_name}"),
    (
        "agent",
        {"title": "\u200b\u202e", "capacity": {"channels": {"chat": 1}}},
        "title",
        "no character that anybody sees",
    ),
    ("article", {"name": "gaps", "topic": "t", "title": "A", "body": "B"}, "name", "is taken: `/v1/articles/gaps`"),
    ("topic", {"title": "\u3164"}, "title", "no character that anybody sees"),
    ("workflow", workflow(url="javascript:alert(1)"), "url", "must begin with https://"),
    ("workflow", workflow(url="https://acts example.com"), "url", "has no host"),
    ("workflow", workflow(url="https://ann:secret@acts.example.com"), "url", "must not contain a user"),
    ("workspace", shop(attachments={"scan_url": "scanner"}), "attachments.scan_url", "must begin with https://"),
    ("workspace", shop(community={"sign_in_url": "https://a b"}), "community.sign_in_url", "is no address of the web"),
    ("workspace", shop(community={"sign_in_url": "https://a:99999"}), "community.sign_in_url", "is no address"),
]


@every(("kind", "body", "place", "problem"), REFUSED)
def test_it_is_refused_with_its_place_and_how_to_mend_it(
    kind: str, body: dict[str, Any], place: str, problem: str
) -> None:
    """Once each."""
    (fault,) = faults(kind, body)
    assert ".".join(map(str, fault.path)) == place
    assert problem in fault.problem


@every(
    ("kind", "body"),
    [
        ("workflow", workflow(input_schema=AMOUNT | {"required": ["amount"]})),
        ("workflow", workflow(url="http://127.0.0.1:9100/refund")),
        ("policy", {"ladder": [{"outcome": "community", "channels": ["chat"]}, {"outcome": "agent"}]}),
        ("canned_answer", {"title": "Hi", "text": 'Send {"a": 1}, { this }, {} and {customer_name}'}),
        ("agent", {"title": "\u0639\u0644\u06cc\u200c", "capacity": {"channels": {"chat": 1}}}),
        ("topic", {"title": "\U0001f600"}),
        ("skill", {}),
        ("workspace", shop(community={"sign_in_url": "https://shop.example/community"})),
    ],
)
def test_what_can_be_meant_is_taken(kind: str, body: dict[str, Any]) -> None:
    """Braces that are none of ours, titles in any script, and targets that a setting may allow."""
    assert faults(kind, body) == []


@every("url", ["http://acts.example.com", "https://127.0.0.1", "https://[::1]/", "https://localhost/x"])
def test_a_target_that_only_a_setting_allows_is_named(url: str) -> None:
    """What a name leads to only a look-up tells."""
    assert [fault.path for fault in refused_later({"workflow": {"one": spec_of("workflow", workflow(url=url))}})] == [
        ("url",)
    ]
    assert refused_later({"workflow": {"one": spec_of("workflow", workflow())}}) == []


async def test_the_api_refuses_it_in_the_same_words(workspace: Workspace) -> None:
    """PUT and PATCH, as a file does; what was stored is as it was."""
    text = {"title": "Hi", "text": "Hi {customer_name}"}
    assert (await workspace.api.put("/v1/canned_answers/one", json=text)).status_code == 200
    (fault,) = faults("canned_answer", text | {"text": "Hi { customer_name }"})
    for call in (workspace.api.put, workspace.api.patch):
        refused = await call("/v1/canned_answers/one", json=text | {"text": "Hi { customer_name }"})
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"where": "canned_answer one: text", "problem": fault.problem}]
    assert (await workspace.api.get("/v1/canned_answers/one")).json()["text"] == text["text"]
