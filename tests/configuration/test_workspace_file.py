"""A workspace file is applied whole or refused whole, each fault with its line; the example is one to copy."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML
from sqlalchemy import text

from mci_router.cli import cli
from mci_router.configuration import workspace_file
from mci_router.configuration.workspace_file import BadFile
from mci_router.settings import Settings
from tests.support.documents import small
from tests.support.service import Workspace, eventually
from tests.triage.telecom import model

EXAMPLE = Path(__file__).parents[2] / "examples" / "telecom.yaml"

Apply = Callable[[dict[str, Any]], Result]


@pytest.fixture
def apply(settings: Settings, tmp_path: Path) -> Apply:
    """Runs `mci-router apply` on a document."""

    def run(document: dict[str, Any]) -> Result:
        file = tmp_path / "workspace.yaml"
        with file.open("w", encoding="utf-8") as output:
            YAML().dump(document, output)
        variables = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": "", "MCI_TOKEN_SECRET": ""}
        return CliRunner().invoke(cli, ["apply", str(file)], env=variables, catch_exceptions=False)

    return run


def as_document(workspace: Workspace, **changes: Any) -> dict[str, Any]:
    document = small(**changes)
    document["workspace"]["name"] = workspace.name
    return document


async def test_apply_prints_what_it_changed_and_again_changes_nothing(workspace: Workspace, apply: Apply) -> None:
    """Idempotent: the second time everything is unchanged, and the revision stays."""

    async def revision() -> int:
        async with workspace.database.transaction() as session:
            return int(
                await session.scalar(text("SELECT revision FROM workspaces WHERE id = :id"), {"id": workspace.id}) or 0
            )

    document = as_document(workspace)
    before = await revision()
    same = await asyncio.to_thread(apply, document)
    assert (same.exit_code, same.output) == (0, "0 changed, 14 unchanged\n")
    assert await revision() == before

    document["queues"][0]["position"] = 5
    document["skills"].append({"name": "german"})
    document["workspace"]["title"] = "Smaller"
    changed = await asyncio.to_thread(apply, document)
    assert changed.exit_code == 0
    assert set(changed.output.splitlines()) == {
        f"updated workspace {workspace.name}",
        "updated queue voice",
        "created skill german",
        "3 changed, 12 unchanged",
    }
    assert await revision() > before

    async def seen() -> bool:
        return bool((await workspace.api.get("/v1/queues/voice")).json()["position"] == 5)

    await eventually(seen)


async def test_a_service_that_runs_follows_the_file(workspace: Workspace, apply: Apply) -> None:
    """What another process applies decides about contacts here within the refresh interval."""
    document = as_document(workspace)
    document["topics"][1]["touch"] = "high"
    assert (await asyncio.to_thread(apply, document)).exit_code == 0

    async def followed() -> bool:
        return bool((await workspace.post("how do I set up my voicemail", customer={}))["triage"]["touch"] == "high")

    await eventually(followed)


def written(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "bad.yaml"
    file.write_text(content, encoding="utf-8")
    return file


HEAD = "workspace: {name: bad, title: Bad}\n"
QUEUE = "queues:\n  - {name: desk, service_level: {goal: 0.8, target_s: 20}}\n"
BAD: dict[str, tuple[str, int, str]] = {
    "YAML syntax": (HEAD + "skills:\n  - name: [a\n", 4, ""),
    "an indentation": (HEAD + "skills:\n  - name: a\n   description: b\n", 4, ""),
    "a tab": (HEAD + "skills:\n\t- name: a\n", 3, ""),
    "a key twice": (HEAD + "skills:\n  - name: a\n    name: b\n", 4, "name"),
    "a section twice": (HEAD + "skills: []\nqueues: []\nskills: []\n", 4, "skills"),
    "an unknown field": (HEAD + "skills:\n  - name: a\n    colour: red\n", 4, "colour"),
    "an unknown section": (HEAD + "robots: []\n", 2, "robots"),
    "a wrong type": (
        HEAD + "queues:\n  - name: desk\n    service_level:\n      goal: high\n      target_s: 20\n",
        5,
        "goal",
    ),
    "a list for a mapping": (HEAD + "skills:\n  - [a]\n", 3, ""),
    "a missing field": (HEAD + "queues:\n  - name: desk\n", 3, "service_level"),
    "no workspace": ("skills: []\n", 1, "workspace"),
    "nothing at all": ("", 1, ""),
    "only a word": ("hello\n", 1, ""),
    "a bad name": (HEAD + "skills:\n  - name: Two Words\n", 3, "name"),
    "two of one name": (HEAD + "skills:\n  - name: a\n  - name: b\n  - name: a\n", 5, "'a'"),
    "a skill that is not there": (
        HEAD
        + QUEUE
        + "agents:\n  - name: ann\n    title: Ann\n    capacity: {channels: {chat: 1}}\n    skills:\n      - skill: x\n",
        9,
        "'x'",
    ),
    "a queue that is not there": (
        HEAD + QUEUE + "topics:\n  - name: t\n    title: T\n    queue: nowhere\n",
        7,
        "'nowhere'",
    ),
    "a ladder without a person": (
        HEAD + "policies:\n  - name: low_volume_low_touch\n    ladder:\n      - outcome: community\n",
        3,
        "agent",
    ),
    "a sensitive topic of low touch": (HEAD + "topics:\n  - name: t\n    title: T\n    sensitive: true\n", 3, "touch"),
    "a day that there is not": (
        "workspace:\n  name: bad\n  title: Bad\n  holiday_calendars:\n    de: [2026-12-25,\n      2026-02-30]\n",
        6,
        "2026-02-30 is no day",
    ),
    "a day as a number": (
        HEAD
        + QUEUE.replace("}}", "}, hours: {timezone: UTC, week: {mon: [{open: '08:00', close: '09:00'}]},")
        + "    holidays: [0]}}\n",
        4,
        "must be a day, such as",
    ),
    "a moment without an offset": (
        HEAD + "topics: [{name: t, title: T}]\narticles:\n  - {name: a, topic: t, title: A, body: B,\n"
        "     valid_from: 2026-01-31 08:00:00}\n",
        5,
        "must have an offset",
    ),
    "a character that YAML does not take": (HEAD + "skills:\n  - name: a\n    description: ring\x07\n", 4, "U+0007"),
    "an address that nothing can call": (
        HEAD
        + "adapters:\n  - {name: a, title: A, channels: [sms],\n     outbound: {by: webhook, url: 'javascript:x'}}\n",
        4,
        "adapters.0.outbound.url: The URL must begin with https://",
    ),
    "an address of a scanner without a scheme": (
        "workspace:\n  name: bad\n  title: Bad\n  attachments:\n    scan_url: scanner.example/files\n",
        5,
        "The URL must begin with https://",
    ),
    "a time zone nobody knows": (
        HEAD
        + "queues:\n  - name: desk\n    service_level: {goal: 0.8, target_s: 20}\n    hours:\n      timezone: Mars/Olympus\n"
        "      week: {mon: [{open: '09:00', close: '17:00'}]}\n",
        6,
        "timezone",
    ),
}


@pytest.mark.parametrize(("content", "line", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_with_line_and_reason(tmp_path: Path, content: str, line: int, said: str) -> None:
    """`file:line: place: reason`, for the person who has to mend it."""
    file = written(tmp_path, content)
    with pytest.raises(BadFile) as refused:
        workspace_file.read(file)
    faults = refused.value.faults
    assert faults
    assert all(fault.startswith(f"{file}:") for fault in faults)
    assert any(fault.startswith(f"{file}:{line}: ") and said in fault for fault in faults), faults


def test_a_file_that_a_program_wrote_as_json_keeps_its_emoji(tmp_path: Path) -> None:
    """JSON is YAML but for its pairs of escapes, in which programs write what is beyond U+FFFF."""
    content = json.dumps({"workspace": {"name": "shop", "title": "Shop \U0001f600"}})
    assert "\\ud83d\\ude00" in content
    assert workspace_file.read(written(tmp_path, content)).workspace.title == "Shop \U0001f600"


def test_what_fails_later_is_told_beside_a_wrong_field(tmp_path: Path) -> None:
    """Nobody has to mend the one to hear of the other."""
    content = (
        HEAD + "skills:\n  - nmae: pies\nworkflows:\n  - {name: refund, title: Refund, url: 'https://acts example'}\n"
    )
    with pytest.raises(BadFile) as refused:
        workspace_file.read(written(tmp_path, content))
    assert [fault.split(":")[1] for fault in refused.value.faults] == ["3", "3", "5"]
    assert "workflows.0.url: The URL has no host" in refused.value.faults[-1]


async def test_an_address_that_is_not_public_is_warned_of(workspace: Workspace, apply: Apply) -> None:
    """It is taken, for the service may allow it; one that does not never calls it."""
    document = as_document(workspace)
    document["workflows"] = [
        {"name": name, "title": name, "url": url}
        for name, url in (
            ("plain", "http://acts.example.com"),
            ("own", "https://10.0.0.1/"),
            ("right", "https://a.example"),
        )
    ]
    said = (await asyncio.to_thread(apply, document)).output
    assert "warning: workflow plain: url: The URL must begin with https://" in said
    assert "warning: workflow own: url: The URL's host leads to an address that is not public" in said
    assert "workflow right:" not in said


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Three mistakes, three lines: no mending one by one."""
    content = HEAD + "skills:\n  - name: A B\n  - name: c\n    colour: red\nrobots: []\n"
    with pytest.raises(BadFile) as refused:
        workspace_file.read(written(tmp_path, content))
    assert [fault.split(":")[1] for fault in refused.value.faults] == ["3", "5", "6"]


def test_a_wrong_name_is_told_beside_a_wrong_field(tmp_path: Path) -> None:
    """Of resources that are right by themselves, with what was meant; one with a fault counts as one that is there."""
    content = HEAD + (
        "skills:\n  - name: cakes\n  - nmae: pies\n"
        "queues:\n  - {name: desk, service_level: {goal: 80, target_s: 20}}\n"
        "  - {name: late, service_level: {goal: 0.8, target_s: 20}, skills: [{skill: cake}],"
        " when_closed: {action: queue, queue: desk}}\n"
        "quality: []\ntopics:\narticles:\n  - {name: a, title: A, topic: t, body: B}\n"
    )
    with pytest.raises(BadFile) as refused:
        workspace_file.read(written(tmp_path, content))
    told = [fault.split(":", 1)[1] for fault in refused.value.faults]
    assert "4: skills.1.nmae: Extra inputs are not permitted: did you mean 'name'?" in told
    assert "6: queues.0.service_level.goal: Input should be less than 1: it is a share, 0.8 for 80 %" in told
    assert [fault for fault in told if " named " in fault] == [
        "7: queues.1.skills.0.skill: there is no skill named 'cake': did you mean 'cakes'?"
    ]


def test_an_hour_of_one_digit_is_answered_with_how_times_are_written(tmp_path: Path) -> None:
    """`8:00` is what most people write first."""
    hours = "hours: {timezone: UTC, week: {mon: [{open: 8:00, close: '17:00'}]}}"
    content = HEAD + f"queues:\n  - {{name: desk, service_level: {{goal: 0.8, target_s: 20}}, {hours}}}\n"
    with pytest.raises(BadFile, match=r"week.mon.0.open: must be a time .* such as '08:00'"):
        workspace_file.read(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"workspace: {name: a, title: '\x00'}", b"a: &a [*a]\n"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, content: bytes) -> None:
    """Binary, control characters, anchors in circles: a fault and no traceback."""
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    with pytest.raises(BadFile):
        workspace_file.read(file)


async def test_a_refused_file_changes_nothing(workspace: Workspace, apply: Apply) -> None:
    """Exit code 1, the faults on stderr, and not one of its right parts is applied."""
    document = as_document(workspace, policies=[{"name": "low_volume_low_touch", "ladder": [{"outcome": "community"}]}])
    document["skills"].append({"name": "german"})
    refused = await asyncio.to_thread(apply, document)
    assert refused.exit_code == 1
    assert "policies.0" in refused.stderr
    assert "nothing has changed" in refused.stderr
    assert (await workspace.api.get("/v1/skills/german")).status_code == 404


def test_the_example_is_whole() -> None:
    """It reads without a fault, with enough topics, examples, agents and answers to be tried on."""
    document = workspace_file.read(EXAMPLE)
    assert len(document.topics) >= 24
    assert min(len(topic.examples) for topic in document.topics) >= 15
    assert len(document.agents) == 18
    assert {article.topic for article in document.articles} >= {
        topic.name for topic in document.topics if topic.expected_volume == "high" and topic.touch == "low"
    }
    assert len(document.policies) == 4
    assert {row.name for row in document.escalations} == {"P1", "P2", "P3"}
    assert any(topic.sensitive for topic in document.topics)


def test_the_examples_topics_can_be_told_apart() -> None:
    """Cross-validated accuracy, as its model reports it, is at least 90 %, and most that is about nothing is refused."""
    figures = model().learnt.figures
    assert figures["accuracy"] >= 0.90
    assert figures["out_of_scope_refused"] >= 0.70
    assert figures["in_scope_kept"] >= 0.95


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
HOSTILE = {
    "aliases of aliases": (LAUGHS, "with its aliases written out it has more than 500,000 values"),
    "an alias of itself, deeply": ("a: &a\n  b: *a\n", "Extra inputs are not permitted"),
    "lists nested far too deep": ("a: " + "[" * 100_000, ":1: is nested more than 32 deep"),
    "maps nested far too deep": ("".join(" " * n + "a:\n" for n in range(2_000)), ":32: is nested more than 32 deep"),
    "lines nested far too deep": ("- " * 5_000 + "a", ":1: is nested more than 32 deep"),
    "a number with too many digits": ("a: " + "1" * 5_000, "4300 digits"),
    "a day that there is not": ("a: 2026-13-40", "month must be in 1..12"),
    "a name that is no text": ("? [a, b]\n: 1\n", "Extra inputs are not permitted"),
    "more faults than anybody reads": ("".join(f"k{n}: 1\n" for n in range(300)), "and 201 more"),
}


@pytest.mark.parametrize(("content", "problem"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_at_once(tmp_path: Path, content: str, problem: str) -> None:
    """In a moment and a few lines, whatever it would be once it is written out."""
    file = tmp_path / "workspace.yaml"
    file.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(cli, ["apply", str(file)], catch_exceptions=False)
    assert result.exit_code == 1
    assert problem in result.output
    assert len(result.output) < 20_000


@pytest.mark.parametrize(
    "text", ["", "  \n\n", "# only a remark\n", "null\n", "- a list\n", "a sentence\n", "17\n", "<p>a page"]
)
def test_a_file_that_is_no_map_says_how_it_begins(tmp_path: Path, text: str) -> None:
    """In an operator's words, not in those of the parser."""
    file = tmp_path / "workspace.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile, match="has no sections: it begins with `workspace:`"):
        workspace_file.read(file)


def test_a_section_of_another_shape_says_which_it_has(tmp_path: Path) -> None:
    """Nothing below `topics:`, a sentence for the workspace, a list for a map of languages: each with its line."""
    file = tmp_path / "workspace.yaml"
    file.write_text("workspace: shop\ntopics:\nqueues: {name: desk}\n", encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        workspace_file.read(file)
    assert [fault.partition(f"{file}:")[2] for fault in refused.value.faults] == [
        "1: workspace: must be a map of fields, as `name: value` lines below it",
        "3: queues: must be a list, a line `- …` for each; leave it out if there is none",
        "2: topics: must be a list, a line `- …` for each; leave it out if there is none",
    ]
