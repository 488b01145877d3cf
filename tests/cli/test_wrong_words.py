"""What a command is told wrongly is one line that says what, where and how to mend it: no traceback."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mci_router.adapters.email.settings import EmailSettings
from mci_router.cli import cli
from mci_router.settings import Settings
from tests.support.forked import started
from tests.support.processes import free_port
from tests.support.rows import every
from tests.support.service import eventually
from tests.support.shared import FOLDER

AWAY = "http://127.0.0.1:9"
ADAPTER = {"MCI_ROUTER_URL": AWAY, "MCI_ADAPTER_KEY": "mci_x"}
EMAIL = ADAPTER | {"MCI_EMAIL_ADDRESS": "a@b.example", "MCI_EMAIL_SECRET": "s" * 32, "MCI_EMAIL_SMTP": "127.0.0.1"}
MASTODON = ADAPTER | {"MCI_MASTODON_URL": AWAY, "MCI_MASTODON_TOKEN": "t"}
SERVE = {
    "DATABASE_URL": "postgresql+asyncpg://u:p@127.0.0.1:9/x",
    "REDIS_URL": "redis://127.0.0.1:9",
    "MCI_TOKEN_SECRET": "s" * 32,
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `.data`, and an environment without settings of ours."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if (name.startswith("MCI_") and name != FOLDER) or name in SERVE]:
        monkeypatch.delenv(name)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="mci-router", env=environment)


def refused(result: Result, *words: str) -> None:
    """Checks that a command has ended by itself, with these words."""
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    for word in words:
        assert word in result.output


@pytest.mark.parametrize("url", ["http://127.0.0.1:abc", "http://[::1", "nonsense", "ftp://127.0.0.1", "", "http://"])
def test_an_address_that_is_none_is_said_to_be_none(url: str) -> None:
    """Of `demo`, of an adapter that is tried, and of one that serves."""
    refused(run("demo", "--url", url, MCI_API_KEY="mci_x"), f"{url!r} is not a web address")
    refused(run("adapter", "email", "--try", "--url", url), f"{url!r} is not a web address")
    refused(run("adapter", "email", **EMAIL | {"MCI_ROUTER_URL": url}), "MCI_ROUTER_URL: is not a web address")


@pytest.mark.parametrize("name", ["demo", "reporting-role"])
def test_nan_is_no_number(name: str) -> None:
    """It is neither too small nor too large."""
    option = {"demo": "--speed", "reporting-role": "--timeout-s"}[name]
    refused(run(name, "--workspace" if name != "demo" else "--seed", "1", option, "nan"), "'nan' is not a number")


@every(
    "url",
    [
        *("redis://127.0.0.1:6379/0", "redis://host", "redis://[::1]:6379", "rediss://name:p%40ss@host:6380/1"),
        *(
            "redis+cluster://one:7001,two:7002,three:7003/0",
            "rediss+cluster://:word@one:7001,two",
            "unix:///run/valkey",
        ),
    ],
)
def test_an_address_of_the_live_state_that_is_right_is_taken(url: str) -> None:
    """A server's, a cluster's with several of its primaries, and a socket's."""
    right = SERVE | {"REDIS_URL": url}
    settings = {name.lower().removeprefix("mci_"): value for name, value in right.items()}
    assert Settings(_env_file=None, **settings).redis_url == url  # type: ignore[arg-type]


@every("url", ["redis+cluster://one:7001,two:x", "redis+cluster://one:99999,two:7002", "redis://[::1:6379"])
def test_a_port_that_is_none_is_refused_wherever_it_stands(url: str) -> None:
    """In a list, too."""
    refused(run("serve", **SERVE | {"REDIS_URL": url}), "REDIS_URL", "a port that is no number")


def test_a_port_alone_takes_mails_at_all_addresses_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a server elsewhere it says too little."""
    for name, value in (EMAIL | {"MCI_EMAIL_LMTP": ":8024"}).items():
        monkeypatch.setenv(name, value)
    assert EmailSettings().lmtp == ":8024"
    refused(run("adapter", "email", **EMAIL | {"MCI_EMAIL_SMTP": ":25"}), "no place of a server")


def test_a_key_that_no_header_carries_is_refused_without_repeating_it(tmp_path: Path) -> None:
    """Pasted with a word processor's letters, say."""
    keys = tmp_path / "keys.json"
    keys.write_text('{"operator": "mci_“secret”"}')
    refused(run("adapter", "email", "--try", "--keys", str(keys)), "holds no operator's key")
    told = run("adapter", "email", **EMAIL | {"MCI_ADAPTER_KEY": "mci_“secret”"})
    refused(told, "MCI_ADAPTER_KEY: is empty, or has letters that no key has")
    assert "secret”" not in told.output


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MCI_EMAIL_LMTP", "nonsense", "has no port"),
        ("MCI_EMAIL_LMTP", "127.0.0.1:99999", "no place of a server"),
        ("MCI_EMAIL_IMAP", "127.0.0.1:imap", "no place of a server"),
        ("MCI_EMAIL_SMTP", "127.0.0.1:abc", "no place of a server"),
        ("MCI_EMAIL_SMTP", "", "set MCI_EMAIL_LMTP or MCI_EMAIL_IMAP"),
        ("MCI_EMAIL_SECRET", "short", "has fewer than 32 characters"),
    ],
)
def test_a_setting_of_the_email_adapter_is_said_with_its_name(variable: str, value: str, said: str) -> None:
    """Before it begins, and in one line."""
    refused(run("adapter", "email", **EMAIL | {variable: value}), said, variable)


def test_a_place_for_mails_that_is_taken_is_said_so() -> None:
    """As when the adapter runs already."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        at = f"127.0.0.1:{other.getsockname()[1]}"
        refused(run("adapter", "email", **EMAIL | {"MCI_EMAIL_LMTP": at}), at, "stop what uses it")


def test_an_instance_that_is_away_is_said_to_be_away() -> None:
    """Nothing can be described then."""
    refused(run("adapter", "mastodon", "--describe", **MASTODON), AWAY, "the instance is away")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_adapter_that_waits_for_its_channel_stops_when_it_is_told_to(number: int, tmp_path: Path) -> None:
    """It had only heard of it once it ran."""
    variables = os.environ | MASTODON | {"MCI_MASTODON_URL": f"http://127.0.0.1:{free_port()}"}
    process = await started(("adapter", "mastodon"), variables, tmp_path, log := tmp_path / "log")

    async def waits() -> bool:
        assert process.poll() is None, log.read_text()
        return "the adapter waits" in log.read_text()

    try:
        await eventually(waits)
        process.send_signal(number)
        assert await asyncio.to_thread(process.wait, 30) == 0
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MCI_TOKEN_SECRET", "", "MCI_TOKEN_SECRET must be set"),
        ("REDIS_URL", "", "REDIS_URL must be set"),
        ("DATABASE_URL", "", "DATABASE_URL must be set"),
        ("REDIS_URL", "redis://127.0.0.1:abc", "a port that is no number"),
        ("MCI_PORT", "99999", "less than or equal to 65535"),
        ("MCI_GRACE_S", "-1", "is negative"),
        ("MCI_HEARTBEAT_S", "nan", "no number"),
        ("MCI_WEBHOOK_RETRY_DELAYS_S", "[1, -1]", "is negative"),
    ],
)
def test_a_setting_that_is_empty_or_means_nothing_keeps_the_service_from_starting(
    variable: str, value: str, said: str
) -> None:
    """It had started, and ended with a traceback, or done what nobody meant."""
    refused(run("serve", **SERVE | {variable: value}), said, variable)


def test_an_empty_ledger_address_is_none_for_every_command() -> None:
    """As `DATABASE_URL=` in a file of variables leaves it."""
    refused(run("migrate", DATABASE_URL=""), "DATABASE_URL must be set")


def test_a_file_in_another_encoding_is_said_to_be_one(tmp_path: Path) -> None:
    """With the place of the first byte that is not UTF-8."""
    file = tmp_path / "latin.yaml"
    file.write_bytes("title: Störung".encode("latin-1"))
    refused(run("apply", str(file)), "is not in UTF-8", "at byte 9", "nothing has changed")
    refused(run("openapi", "--check", str(file)), "is not what the code says")


def test_a_ledger_of_dev_that_runs_no_longer_is_said_to_be_one(tmp_path: Path) -> None:
    """Where `mci-router dev` was killed, its file stays: what is to be started is dev, not some PostgreSQL."""
    (tmp_path / ".data").mkdir()
    url = f"postgresql+asyncpg:///mci_router?host={tmp_path}/gone"
    (tmp_path / ".data" / "environment").write_text(f"DATABASE_URL='{url}'\n")
    for command in (("migrate",), ("key", "create", "--workspace", "w", "--name", "n", "--scope", "all")):
        refused(run(*command), f"{tmp_path}/gone", "`mci-router dev`", "start it, or set DATABASE_URL")
    refused(run("migrate", DATABASE_URL=url), f"{tmp_path}/gone", "correct DATABASE_URL")
