"""Nobody in danger is missed: who may be goes to a person, first in line, and reads at once whom to call."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

import pytest

from mci_router.api.parts import Parts
from mci_router.classifier.sensitivity.calibrating import held_out_scores, worth_of
from mci_router.classifier.sensitivity.examples import KINDS, Examples, ours
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.gate import JudgedSensitivityModel, judged, wanted_version
from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.classifier.sensitivity.stored import packed, unpacked
from tests.support.documents import closed_now, small
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace, eventually

Make: TypeAlias = Callable[..., Awaitable[Workspace]]

BASE: Examples = {kind: ours()[kind][:20] for kind in KINDS}
PILLS = "the tv is black again and i have swallowed all the pills"
PILLS_IN_FRENCH = "j'ai avalé tous mes cachets et je ne veux plus vivre"
STALKED = "my ex partner can see where i am through the app, how do i stop it without him noticing"
OPEN = {"position": 99, "service_level": {"goal": 0.8, "target_s": 60}, "units": 2}
EVERYDAY = "how do I record a voicemail greeting"
POLISH = (
    "Dzień dobry, chciałbym wiedzieć, jak mogę nagrać powitanie w mojej poczcie głosowej, bo nie umiem tego zrobić."
)


async def dry(workspace: Workspace, text: str, **contact: Any) -> dict[str, Any]:
    response = await workspace.api.post("/v1/decisions", json={"channel": "chat", "text": text, **contact})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize("named", [{}, {"topic": "how_to"}])
async def test_danger_in_passing_is_with_a_person_first_in_line(workspace: Workspace, named: dict[str, Any]) -> None:
    """Also where the adapter named a harmless topic: sensitive, urgent, told of in words, and the customer is told whom
    to call.
    """
    made = await workspace.post(PILLS, language="de", **named)
    triage, route = made["triage"], made["route"]
    assert (triage["sensitive"], triage["urgent"], route["outcome"]) == (True, True, "agent")
    assert "self_harm" in triage["sensitive_kinds"] or "danger_to_life" in triage["sensitive_kinds"]
    assert "112" in route["emergency"]
    assert "Notruf" in route["emergency"]
    shown = await workspace.contact(made["id"])
    assert (shown["urgent"], shown["sensitive_kinds"]) == (True, triage["sensitive_kinds"])
    found = triage["sensitivity"]
    assert found["probability"] >= found["thresholds"]["sensitive"] > found["thresholds"]["watch"]
    assert any(found["clause"] in reason for reason in triage["reasons"])
    assert found["kinds"][0]["probability"] <= found["probability"]


async def test_a_sensitive_contact_is_not_urgent_by_that_alone(workspace: Workspace) -> None:
    """Nobody stalked is told to call an ambulance; the kind is named all the same.

    An everyday contact has none of it.
    """
    made = await workspace.post(STALKED)
    assert (made["triage"]["sensitive"], made["triage"]["urgent"], made["route"]["outcome"]) == (True, False, "agent")
    assert made["triage"]["sensitive_kinds"] == ["abuse_or_stalking"]
    assert made["route"]["emergency"] is None
    harmless = await dry(workspace, EVERYDAY)
    assert (harmless["triage"]["sensitive_kinds"], harmless["triage"]["urgent"]) == ([], False)
    assert harmless["triage"]["sensitivity"]["clause"] is None


async def test_an_urgent_contact_goes_before_all_that_wait(make: Make) -> None:
    """An agent who becomes free is offered it before older and weightier ones of any line; the journal tells of it
    once.
    """
    document = small()
    document["agents"][0]["skills"] = [{"skill": "billing", "proficiency": 3}, {"skill": "fraud", "proficiency": 4}]
    workspace = await make(document)
    older = [await workspace.post("my bill is wrong", topic="complaint", priority=10) for _ in range(2)]
    urgent = await workspace.post(PILLS)
    async with workspace.desk("ann") as desk:
        offer = await desk.expect("offer.created")
        assert offer["contact"]["id"] == urgent["id"]
        assert offer["contact"]["urgent"] is True
        await desk.do("offer.decline", offer_id=offer["offer_id"])
    await workspace.until_state(urgent["id"], "queued")

    async def told() -> list[str]:
        kinds = [event["type"] for event in await workspace.events(urgent["id"])]
        return kinds if "offer.declined" in kinds else []

    assert (await eventually(told)).count("contact.urgent") == 1
    for one in older:
        assert "contact.urgent" not in [event["type"] for event in await workspace.events(one["id"])]


async def test_a_language_that_nothing_judges_stays_with_a_person(shared: Workspace) -> None:
    """Also where the adapter names the topic: no rule and no example could tell danger in it."""
    for named in ({}, {"topic": "how_to"}):
        found = (await dry(shared, POLISH, **named))["triage"]
        assert found["touch"] == "high"
        assert any("(pl)" in reason for reason in found["reasons"])
    assert (await dry(shared, EVERYDAY, topic="how_to"))["triage"]["touch"] == "low"


@every(
    ("text", "kind"),
    [
        ("han contratado una línea a mi nombre y yo no la he pedido", "account_takeover"),
        ("mon mari sait toujours où je suis, il me suit partout", "abuse_or_stalking"),
        ("mia nonna è mancata sabato, come chiudo il suo contratto", "bereavement_or_hardship"),
        ("tenho 12 anos e um homem pede fotos minhas", "minors"),
        ("vou processar a vossa empresa, o meu advogado já sabe", "legal"),
        ("alguien ha usado mi tarjeta para comprar dos teléfonos", "fraud"),
        ("non voglio più vivere", "self_harm"),
        ("il est devant ma porte avec un couteau", "danger_to_life"),
    ],
)
async def test_other_languages_have_rules_of_the_same_kinds(shared: Workspace, text: str, kind: str) -> None:
    """Spanish, French, Italian, Portuguese: private, with a person, and the kind named."""
    found = await dry(shared, text)
    assert (found["triage"]["sensitive"], found["route"]["outcome"]) == (True, "agent")
    assert kind in found["triage"]["sensitive_kinds"]
    assert found["triage"]["urgent"] is (kind in ("self_harm", "danger_to_life"))


@every(
    "text",
    [
        "this is fraudulent billing by your company, I pay for what I never got",
        "you are nothing but scammers with your prices, change my plan",
        "ihr seid betrüger, die rechnung ist zu hoch",
        "is there a data cap on my plan",
    ],
)
async def test_an_angry_complaint_is_no_danger(shared: Workspace, text: str) -> None:
    """A customer who calls the company itself a fraud complains: no rule of ours fires."""
    assert (await dry(shared, text))["triage"]["rules"] == []


async def test_the_workspace_says_whom_to_call(make: Make) -> None:
    """In the language that the customer writes, and in the contact's if that is another; else in English; else in ours."""
    document = small()
    document["workspace"]["emergency"] = {"en": "Call 000 now.", "fr": "Appelez le 15."}
    workspace = await make(document)
    both = "Call 000 now.\n\nAppelez le 15."
    for language, words in (("fr", both), ("en", "Call 000 now."), ("fi", "Call 000 now.")):
        assert (await dry(workspace, PILLS, language=language))["route"]["emergency"] == words
    assert (await dry(workspace, PILLS_IN_FRENCH, language="fr"))["route"]["emergency"] == "Appelez le 15."
    assert (await dry(workspace, PILLS_IN_FRENCH, language="en"))["route"]["emergency"].startswith("Appelez le 15.")
    assert "112" in (await dry(workspace, PILLS, language="es"))["route"]["emergency"]
    assert "112" in (await dry(workspace, PILLS, language="tr"))["route"]["emergency"]


async def test_a_closed_queue_passes_an_urgent_contact_to_an_open_one(make: Make) -> None:
    """Whatever its policy is; with the reason.

    Where none is open it waits, first in line, and the customer is told whom to call.
    """
    document = small()
    document["queues"] = [
        {**queue, "hours": closed_now(), "when_closed": {"action": "community"}} for queue in document["queues"]
    ]
    workspace = await make(document)
    waits = await dry(workspace, PILLS)
    assert (waits["route"]["outcome"], bool(waits["route"]["emergency"])) == ("agent", True)
    assert (await workspace.api.put("/v1/queues/night_desk", json=OPEN)).is_success
    passed = await dry(workspace, PILLS)
    assert passed["route"]["queue"] == "night_desk"
    assert any("night_desk takes its contacts" in reason for reason in passed["route"]["reasons"])
    assert (await dry(workspace, STALKED))["route"]["queue"] != "night_desk"


async def test_a_workspaces_examples_are_learnt_and_judged(
    workspace: Workspace, service: tuple[str, Parts], quick: None
) -> None:
    """The model that they ask for goes live and is named in decisions; without them ours is in force again."""
    said = "the kiln voucher of my grandmother was drained by her carer"
    models, ours = service[1].models.sensitivity, (await report(workspace))["ours"]
    assert (await report(workspace))["live"] == ours
    await teach(workspace, fraud=[said], harmless=["the kiln is on fire as it should be"])
    await models.ready(workspace.id)
    first = await report(workspace)
    assert (first["items"][0]["state"], first["live"]["version"]) == ("live", first["items"][0]["version"]), first[
        "items"
    ][0]["reason"]
    assert (await dry(workspace, said))["triage"]["sensitivity"]["model"] == first["live"]["version"] != ours["version"]
    assert first["items"][0]["report"]["examples"] == {"fraud": 1, "harmless": 1}
    await teach(workspace)
    await models.ready(workspace.id)
    last = await report(workspace)
    assert (last["live"], last["items"][0]["state"]) == (ours, "retired")


async def test_what_the_gate_refuses_changes_nothing(
    workspace: Workspace, service: tuple[str, Parts], quick: None
) -> None:
    """The one before stays in force, and the reason says why; with other examples it is judged again."""
    models = service[1].models.sensitivity
    await teach(workspace, fraud=["my kiln card was cloned"])
    await models.ready(workspace.id)
    live = (await report(workspace))["live"]
    await teach(workspace, fraud=["my kiln card was cloned"], harmless=[BASE["self_harm"][0]])
    await models.ready(workspace.id)
    after = await report(workspace)
    assert (after["live"], after["items"][0]["state"]) == (live, "rejected")
    assert BASE["self_harm"][0][:40] in after["items"][0]["reason"]


@pytest.fixture
def quick(service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """Judges on a few of our examples, in this process: all of them take a while, and are judged by another one."""

    class Here:
        async def run(self, _workspace: str, _judging: Any, additions: Examples) -> JudgedSensitivityModel:
            return await asyncio.to_thread(_judged, additions)

    monkeypatch.setattr(service[1].models.sensitivity, "_lane", Here())


def _judged(additions: Examples) -> JudgedSensitivityModel:
    found = judged(BASE, few(), additions)
    return replace(found, model=packed(replace(unpacked(found.model), version=wanted_version(additions))))


@cache
def few() -> SensitivityModel:
    """A model of a few of our examples."""
    return SensitivityModel("few", fit(count(lessons_of(BASE))), worth_of(held_out_scores(BASE, kinds=False)))


async def teach(workspace: Workspace, **examples: list[str]) -> None:
    response = await workspace.api.put("/v1/triage/sensitivity/examples", json={"examples": examples})
    assert response.status_code == 200, response.text
    assert {kind: texts for kind, texts in response.json()["examples"].items() if texts} == examples


async def report(workspace: Workspace) -> dict[str, Any]:
    response = await workspace.api.get("/v1/triage/sensitivity")
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_examples_of_no_kind_are_refused(workspace: Workspace) -> None:
    """With what is wrong."""
    response = await workspace.api.put("/v1/triage/sensitivity/examples", json={"examples": {"weather": ["it rains"]}})
    assert_problem(response, 422, "invalid_request")
