"""The command line, with the words of the README."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from mci_router.embedded import Servers
from tests.support import forked
from tests.support.documents import small
from tests.support.processes import environment
from tests.support.service import Workspace, eventually

EXAMPLE = Path(__file__).parents[1] / "examples" / "telecom.yaml"


async def run(servers: Servers, *arguments: str, **instead: str) -> tuple[int, str]:
    """Returns a command's code and all that it says; `instead` are variables of its environment."""
    return await forked.run(*arguments, variables=environment(servers.database_url, servers.redis_url) | instead)


async def test_a_key_made_on_the_command_line_opens_what_its_scope_says(servers: Servers, workspace: Workspace) -> None:
    """The key is printed alone, so that a script can take it; scopes are written as everywhere."""
    code, key = await run(
        servers, "key", "create", "--workspace", workspace.name, "--name", "web chat", "--scope", "contacts:write"
    )
    assert code == 0
    headers = {"Authorization": f"Bearer {key.strip()}"}
    posted = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "hello"}, headers=headers)
    assert posted.status_code == 201
    assert (await workspace.api.get("/v1/contacts", headers=headers)).status_code == 403


async def test_a_key_made_on_the_command_line_asserts_what_its_trust_says(
    servers: Servers, workspace: Workspace
) -> None:
    """`--trust`; without it a key may only claim."""
    create = ("key", "create", "--workspace", workspace.name, "--name", "sms", "--scope", "contacts:write")
    body = {"channel": "sms", "text": "hello", "customer": {"phone": "+43158858", "trust": "authenticated"}}
    for more, status in (((), 403), (("--trust", "authenticated"), 201)):
        _, key = await run(servers, *create, *more)
        answer = await workspace.api.post("/v1/contacts", json=body, headers={"Authorization": f"Bearer {key.strip()}"})
        assert answer.status_code == status, answer.text


async def test_what_the_command_line_cannot_do_is_one_clear_line(
    servers: Servers, workspace: Workspace, tmp_path: Path
) -> None:
    """An unknown workspace, an unknown scope, a bad file: no traceback, and a code that scripts see."""
    code, told = await run(servers, "key", "create", "--workspace", "nowhere", "--name", "x", "--scope", "all")
    assert (code, "no workspace 'nowhere'" in told) == (1, True)
    code, told = await run(servers, "key", "create", "--workspace", workspace.name, "--name", " ", "--scope", "all")
    assert (code, "say what the key is for" in told) == (2, True)
    code, told = await run(servers, "key", "create", "--workspace", workspace.name, "--name", "x", "--scope", "fly")
    assert (code, "contacts:write" in told) == (2, True)
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "workspace:\n  name: bad\n  title: Bad\nqueues:\n  - name: q\n    service_level: {goal: 2, target_s: 20}\n"
    )
    code, told = await run(servers, "apply", str(bad))
    assert code == 1
    assert f"{bad}:6: queues.0.service_level.goal" in told
    assert "Traceback" not in told


async def test_apply_says_what_it_changed_and_nothing_the_second_time(servers: Servers, tmp_path: Path) -> None:
    """By name, idempotent; the queue that is made by itself is listed, too."""
    file = tmp_path / "tiny.yaml"
    file.write_text(
        f"workspace: {{name: {tmp_path.name.replace('-', '_').lower()}, title: Tiny}}\nskills: [{{name: billing}}]\n"
    )
    made = ["created skill billing", "created queue catch_all", "3 changed, 0 unchanged"]
    assert (await run(servers, "apply", str(file)))[1].splitlines()[1:] == made
    assert (await run(servers, "apply", str(file)))[1].splitlines() == ["0 changed, 2 unchanged"]
    file.write_text(
        f"{file.read_text()}agents: [{{name: ann, title: Ann, capacity: {{units: 6, channels: {{chat: 2}}}}}}]\n"
        "queues: [{name: heavy, units: 7, service_level: {goal: 0.8, target_s: 60}}]\n"
        "topics: [{name: bill, title: Bill, skills: [{skill: billing, min: 2}]}]\n"
    )
    told = (await run(servers, "apply", str(file)))[1].splitlines()
    assert "warning: queue heavy: 0 of 1 agents can serve it: no particular skill, units 7" in told
    assert "warning: topic bill: 0 of 1 agents can serve it in catch_all: billing 2 or better, units 1" in told
    assert "not in this file" not in "".join(told)
    file.write_text(file.read_text().replace("name: heavy", "name: light"))
    told = (await run(servers, "apply", str(file)))[1].splitlines()
    stays = [line for line in told if "not in this file" in line]
    assert stays == ["warning: queue heavy is not in this file, and stays: DELETE /v1/queues/heavy ends it"]


async def test_apply_says_how_many_waiting_contacts_a_change_touches_and_what_becomes_of_them(
    servers: Servers, workspace: Workspace, tmp_path: Path
) -> None:
    """In the queue, of the topic, in the language, and who asks for a skill that goes; a new title touches nobody."""
    before = small()
    before["skills"].append({"name": "german"})
    before["workspace"]["name"] = workspace.name
    file = tmp_path / "before.json"
    file.write_text(json.dumps(before))
    assert "contact" not in (await run(servers, "apply", str(file)))[1]

    async def in_force() -> bool:
        asks = {"channel": "chat", "text": "hello there", "skills": [{"skill": "german", "min": 1}]}
        return (await workspace.api.post("/v1/decisions", json=asks)).status_code == 200

    await eventually(in_force)
    for _ in range(2):
        asks = {"topic": "complaint", "language": "de", "skills": [{"skill": "german", "min": 1}]}
        contact = await workspace.post("a formal complaint, I demand a manager", **asks)
        await workspace.until_state(contact["id"], "queued")
    after = deepcopy(before)
    after["skills"].pop()
    after["replaced_skills"] = {"german": "billing"}
    after["workspace"]["language_skills"] = {"de": "billing"}
    queue = next(queue for queue in after["queues"] if queue["name"] == contact["route"]["queue"])
    queue["units"] += 1
    topic = next(topic for topic in after["topics"] if topic["name"] == "complaint")
    topic["skills"] = []
    next(topic for topic in after["topics"] if topic["name"] == "how_to")["title"] = "How to"
    file.write_text(json.dumps(after))
    code, told = await run(servers, "apply", str(file))
    again = "2 contacts wait: they are placed again within seconds, and keep their age"
    assert code == 0, told
    assert told.splitlines() == [
        f"updated workspace {workspace.name}: {again}",
        f"updated queue {queue['name']}: {again}",
        "updated topic how_to",
        f"updated topic complaint: {again}",
        "deleted skill german: 2 contacts wait: they ask for billing instead within seconds, and keep their age",
        told.splitlines()[-1],
    ]


async def test_commands_are_in_the_audit_trail(servers: Servers, workspace: Workspace, tmp_path: Path) -> None:
    """What `apply` changed, each resource once, and the key that was made; the actor is the command."""
    file = tmp_path / "bars.yaml"
    bars = "bars: {automation: 0.8}"
    file.write_text(f"workspace: {{name: {workspace.name}, title: Small, {bars}}}\nskills: [{{name: german}}]\n")
    for _ in range(2):
        assert (await run(servers, "apply", str(file)))[0] == 0
    _, key = await run(
        servers, "key", "create", "--workspace", workspace.name, "--name", "auditor", "--scope", "audit:read"
    )
    answer = await workspace.api.get("/v1/audit", headers={"Authorization": f"Bearer {key.strip()}"})
    made, skill, itself = answer.json()["items"]
    assert [entry["actor"]["name"] for entry in (itself, skill, made)] == [
        *["mci-router apply"] * 2,
        "mci-router key create",
    ]
    assert {entry["actor"]["kind"] for entry in (itself, skill, made)} == {"cli"}
    assert (skill["action"], skill["target"], made["action"]) == ("skill.created", "german", "api_key.created")
    assert (itself["action"], itself["after"]["bars"]["automation"]) == ("workspace.updated", 0.8)
    assert itself["before"]["bars"]["automation"] == 0.6


WRONG_ADDRESSES = {
    "DATABASE_URL": {
        "nonsense": "is no address of a ledger",
        "postgresql://mci:secret@db/x": "write postgresql+asyncpg://",
        "postgresql+asyncpg://mci:secret@db:port/x": "has a port that is no number",
        "postgresql+asyncpg://mci:secret@db": "names no host or no database",
        "postgresql+asyncpg://mci:secret#word@db/mci": "# is %23",
    },
    "REDIS_URL": {"localhost:6379": "is no address of Redis or Valkey"},
    "MCI_ATTACHMENTS_URL": {
        "/var/lib/mci": "is no address of a store of files: write it as file:///",
        "s3://key:secret@bucket": "give them by the environment",
        "file://var/lib/mci": "two slashes instead of three",
    },
    "MCI_LOG_LEVEL": {"loud": "is none of debug, info"},
    "MCI_PORT": {"eighty": "valid integer"},
}


@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in WRONG_ADDRESSES.items() for value in values]
)
async def test_a_wrong_setting_is_one_line_that_says_how_to_mend_it(
    servers: Servers, variable: str, value: str
) -> None:
    """No traceback, the variable by its name, and not its value: that may have a password in it."""
    for command in ("migrate", "serve"):
        code, told = await run(servers, command, **{variable: value})
        assert code == 1
        assert told.startswith("Error: the environment is not right: ")
        assert f"{variable}: " in told
        assert WRONG_ADDRESSES[variable][value] in told
        assert "secret" not in told
        assert "Traceback" not in told


async def test_a_ledger_that_is_away_or_empty_is_named_with_what_to_do(servers: Servers) -> None:
    """Where it was looked for, why it cannot be used, and which command mends it; nothing of Idempotency-Keys, which
    are for adapters.
    """
    create = ("key", "create", "--workspace", "w", "--name", "n", "--scope", "all")
    away = "postgresql+asyncpg://mci:secret@127.0.0.1:9/ledger"
    missing = servers.database_url.replace("/mci_router?", "/not_made?")
    empty = servers.database_url.replace("/mci_router?", "/postgres?")
    for command in (create, ("migrate",)):
        code, told = await run(servers, *command, DATABASE_URL=away)
        assert (code, "127.0.0.1:9/ledger" in told, "secret" in told) == (1, True, False)
        assert "correct DATABASE_URL" in told
        code, told = await run(servers, *command, DATABASE_URL=missing)
        assert (code, 'database "not_made" does not exist' in told, "Traceback" in told) == (1, True, False)
    for command in (create, ("serve",)):
        code, told = await run(servers, *command, DATABASE_URL=empty)
        assert (code, told.count("\n"), "run `mci-router migrate`" in told) == (1, 1, True)


async def test_a_workspace_that_is_not_there_is_said_by_every_command(servers: Servers, tmp_path: Path) -> None:
    """And none of them ends as if it had done something."""
    history = tmp_path / "history.csv"
    history.write_text("interval;queue;offered;answered;aht\n")
    for command in (
        ("rebuild",),
        ("rebuild", "--answers"),
        ("verify-reports",),
        ("reporting-role",),
        ("import-history", str(history)),
        ("import-articles", str(tmp_path)),
    ):
        code, told = await run(servers, *command, "--workspace", "nowhere")
        assert (code, "mci-router apply FILE" in told) == (1, True), told
