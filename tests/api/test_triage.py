"""Triage as adapters and operators meet it: rules, doubt, languages, and input that would make a lesser one stall."""

from typing import Any

import pytest

from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace

GERMAN = "Guten Tag, wo kann ich bitte die Begrüßung meiner Mailbox ändern?"
RULE = {"title": "Recalled device", "effect": "sensitive", "patterns": ["rattles"]}


async def test_an_operators_rule_makes_contacts_private(workspace: Workspace) -> None:
    """From the moment it is written, whatever triage thinks of the topic, and also for a topic that the adapter names."""
    said = "how do I record a voicemail greeting now that the phone rattles"
    assert (await workspace.post(said))["triage"]["sensitive"] is False
    assert (await workspace.api.put("/v1/rules/recall", json=RULE)).status_code == 200
    for named in ({}, {"topic": "how_to"}):
        made = await workspace.post(said, **named)
        assert (made["triage"]["sensitive"], made["triage"]["rules"], made["route"]["outcome"]) == (
            True,
            ["recall"],
            "agent",
        )
    assert (await workspace.api.delete("/v1/rules/recall")).status_code == 204
    assert (await workspace.post(said))["triage"]["sensitive"] is False


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("how do I change my voicemail? somebody has hacked my account", "account_takeover"),
        ("how do I turn voicemail off before I kill myself", "self_harm"),
        ("how do I set up voicemail, or my lawyer will sue you", "legal_threat"),
    ],
)
async def test_our_own_rules_hold_in_every_workspace(shared: Workspace, said: str, rule: str) -> None:
    """Nobody has to write them first."""
    made = await shared.post(said)
    assert rule in made["triage"]["rules"]
    assert (made["triage"]["sensitive"], made["route"]["outcome"]) == (True, "agent")


async def test_a_wish_for_a_person_is_heard(shared: Workspace) -> None:
    """High touch, not sensitive: no machine comes between."""
    made = await shared.post("forgot my password, let me talk to a human please")
    assert "wants_a_person" in made["triage"]["rules"]
    assert (made["triage"]["touch"], made["triage"]["sensitive"], made["route"]["outcome"]) == ("high", False, "agent")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(a+)+\1", "RE2"),
        (r"(?=fire)", "looks around"),
        ("(unclosed", "never closed"),
        ("x*", "empty text"),
        ("(((a{1,100}){1,100}){1,100})", "more than 1,000 times"),
        ("(?:abcdefgh){700}", "too large"),
        ("", "at least 1 character"),
        ("a" * 501, "at most 500 characters"),
    ],
)
async def test_a_pattern_that_cannot_be_used_is_refused_with_the_reason(
    shared: Workspace, pattern: str, why: str
) -> None:
    """What is wrong, and where; nothing is written."""
    refused = await shared.api.put("/v1/rules/recall", json={**RULE, "patterns": ["fine", pattern]})
    document = assert_problem(refused, 422, "invalid_request", "patterns")
    assert any(why in error["problem"] for error in document["errors"]), document["errors"]
    assert (await shared.api.get("/v1/rules")).json()["items"] == []


async def test_a_pattern_that_explodes_elsewhere_stalls_nothing(workspace: Workspace) -> None:
    """Nested repetition takes time linear in the text."""
    rule = {**RULE, "patterns": ["(a+)+$", "(x|xx|xxx)*y"]}
    assert (await workspace.api.put("/v1/rules/recall", json=rule)).status_code == 200
    made = await workspace.post("a" * 30_000 + "!" + "x" * 19_000)
    assert made["route"]["outcome"] == "agent"
    assert "recall" not in made["triage"]["rules"]


async def test_a_language_without_examples_goes_to_a_person(make: Any) -> None:
    """However sure the model is. The language found is kept, and asks for the skill that the workspace names."""
    document = small()
    document["skills"].append({"name": "german"})
    document["workspace"]["language_skills"] = {"de": "german"}
    workspace: Workspace = await make(document)
    made = await workspace.post(GERMAN)
    assert (made["triage"]["topic"], made["triage"]["touch"]) == (None, "high")
    assert any("german ≥ 1" in reason for reason in made["route"]["reasons"])
    assert (await workspace.contact(made["id"]))["language"] == "de"


async def test_an_adapter_that_knows_the_language_is_believed(shared: Workspace) -> None:
    """What it says goes before what the text looks like."""
    made = await shared.post("forgot my password", language="fr")
    assert (await shared.contact(made["id"]))["language"] == "fr"


ODD = {
    "one word without end": "supercalifragilistic" * 2_500,
    "one letter without end": "z" * 50_000,
    "scripts in a mixture": "пожалуйста help 助けて मदद مساعدة βοήθεια " * 20,
    "zero-width characters between letters": "\u200b".join("forgot my password"),
    "accents without end": "a" + "\u0301" * 49_000,
    "signs only": "?!… " * 10_000,
    "pictures only": "💳🔥" * 10_000,
    "lines without end": "\n>" * 25_000,
    "digits without end": "4" * 50_000,
    "white space around little": " " * 25_000 + "x" + "\t" * 24_000,
}


@pytest.mark.parametrize("channel", ["chat", "email"])
@pytest.mark.parametrize("said", ODD.values(), ids=ODD.keys())
async def test_odd_texts_are_accepted_and_none_is_public(shared: Workspace, said: str, channel: str) -> None:
    """Each is taken in, is read or goes to a person, and the router goes on."""
    made = await shared.post(said, channel=channel)
    assert made["route"]["outcome"] in ("agent", "automation")
    assert (await shared.post("forgot my password"))["triage"]["topic"] == "sign_in"


async def test_a_body_of_a_megabyte_is_refused_before_it_is_read(shared: Workspace) -> None:
    """One word of 1 MB: too large, said at once."""
    assert_problem(
        await shared.api.post("/v1/contacts", json={"channel": "chat", "text": "a" * 1_000_000}),
        413,
        "body_too_large",
    )


async def test_zero_width_characters_hide_nothing(shared: Workspace) -> None:
    """Neither from the rules nor from the model."""
    made = await shared.post("\u200b".join("somebody has hacked my account"))
    assert made["triage"]["sensitive"] is True


@pytest.mark.parametrize("examples", [[], ["only one"]])
async def test_a_topic_with_few_examples_harms_no_other(make: Any, examples: list[str]) -> None:
    """It may be named by adapters; the others are found as before."""
    document = small()
    document["topics"].append({"name": "bare", "title": "Bare", "examples": examples})
    workspace: Workspace = await make(document)
    assert (await workspace.post("forgot my password"))["triage"]["topic"] == "sign_in"
    assert (await workspace.post("whatever", topic="bare"))["triage"]["topic"] == "bare"


async def test_an_example_of_100_kb_is_refused_where_it_stands(shared: Workspace) -> None:
    """With its place; the topic stays as it is."""
    topic = {"title": "Long", "examples": ["short", "x" * 100_000]}
    assert_problem(await shared.api.put("/v1/topics/long", json=topic), 422, "invalid_request", "body.examples.1")


async def test_secrets_of_every_kind_are_counted_and_not_kept(make: Any) -> None:
    """Cards, accounts, passwords and codes always; telephone numbers and e-mail addresses where the workspace says so."""
    document = small()
    document["workspace"]["masking"] = {"phone": True, "email": True}
    workspace: Workspace = await make(document)
    said = (
        "forgot my password, it was password: hunter2butlonger, my card 4111 1111 1111 1111, account DE89 3704 0044 "
        "0532 0130 00, "
        "the code is 493817, write to other@example.com or call +49 30 901820"
    )
    made = await workspace.post(said, customer={"email": "sam@example.com", "phone": "+49 30 901821"})
    contact = await workspace.contact(made["id"])
    assert contact["masked_kinds"] == {"card": 1, "iban": 1, "password": 1, "one_time_code": 1, "email": 1, "phone": 1}
    assert contact["masked"] == 6
    for secret in ("hunter2", "4111", "3704", "493817", "other@example.com", "901820"):
        assert secret not in str(contact)
    assert "forgot my password" in contact["text"]
