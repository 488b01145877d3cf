"""The daily report: yesterday's figures in a mail, once to each who is to have it, whatever dies meanwhile."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from mci_router.api.auditing import by_command, configured
from mci_router.api.parts import Parts
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable
from mci_router.insight.daily_report.figures import DayFigures
from mci_router.insight.daily_report.sending import MailServer, NotSent
from mci_router.insight.daily_report.turns import DailyReports
from mci_router.insight.daily_report.writing import mail_of
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.specs.daily_report import DailyReportSpec
from mci_router.specs.snapshot import Snapshot
from tests.api.test_interval_reports import berlin
from tests.api.test_times_of_day import ARRIVED
from tests.mail.servers import Customers, customers_server
from tests.support.documents import small
from tests.support.rows import every
from tests.support.service import Workspace

MORNING = datetime(2026, 10, 26, 5, 31, tzinfo=UTC)  # 06:31 in Berlin, the day after
LATER = MORNING + timedelta(hours=3)  # in the other workspaces' zone, UTC
NOBODY = DayFigures("Larkwave", date(2026, 10, 25), [], [])
ROWS = text(
    "SELECT recipient, state, attempts, why FROM report_mails WHERE workspace_id = :workspace ORDER BY recipient"
)
OLDER = text("UPDATE report_mails SET at = at - interval '11 minutes' WHERE workspace_id = :workspace")
CLAIMED = text(
    "INSERT INTO report_mails (workspace_id, day, recipient, state) VALUES (:workspace, '2026-10-25', :recipient, 'claimed')"
)


@pytest.fixture
async def server() -> AsyncIterator[Customers]:
    async with customers_server() as found:
        yield found


def reports(settings: Settings, server: Customers, parts: Parts, **other: Any) -> DailyReports:
    """A router's daily reports, by the server of the test."""
    known = {"smtp_url": SecretStr(f"smtp+clear://127.0.0.1:{server.port}"), "mail_from": "reports@example.com"}
    return DailyReports(settings.model_copy(update=known | other), parts.database)


async def with_report(workspace: Workspace, parts: Parts, *recipients: str) -> Snapshot:
    """The workspace as it is configured, with a daily report besides."""
    snapshot = await parts.snapshots.get(workspace.id)
    daily = DailyReportSpec(to=list(recipients))
    return replace(snapshot, spec=snapshot.spec.model_copy(update={"daily_report": daily, "title": "Larkwave <b>"}))


async def rows(workspace: Workspace) -> list[tuple[Any, ...]]:
    async with workspace.database.transaction() as session:
        return [tuple(row) for row in await session.execute(ROWS, {"workspace": workspace.id})]


async def test_yesterday_comes_in_the_morning(
    make: Any, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """As text, as a table and as a picture that is within the mail; what was named by others is no markup; nothing
    has to be fetched. Before its time nothing is sent.
    """
    workspace, parts = await berlin(make), service[1]
    async with workspace.database.transaction() as session:
        at = datetime(2026, 10, 25, 11, tzinfo=UTC)
        known = {"workspace": workspace.id, "at": at, "topic": "", "cell": "low_volume_low_touch", "contacts": 1_234}
        await session.execute(ARRIVED, known)
    snapshot = await with_report(workspace, parts, "lead@example.com")
    router = reports(settings, server, parts, public_url="https://router.example.com")
    await router.turn(snapshot, MORNING - timedelta(minutes=2))
    assert await rows(workspace) == []
    await router.turn(snapshot, MORNING)
    sender, recipient, mail = server.mails.get_nowait()
    assert (sender, recipient, mail["To"]) == ("reports@example.com", "lead@example.com", "lead@example.com")
    assert mail["Subject"] == "Larkwave <b>: Sunday, 25 October 2026, 1,234 contacts"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in mail.iter_parts())  # type: ignore[attr-defined]
    lines = [line.split() for line in plain.splitlines()]
    assert ["desk", "6", "1", "33.3", "%", "80.0", "%", "66.7", "%", "20", "s", "5:00", "min"] in lines
    assert "https://router.example.com/reports" in plain
    assert "Larkwave &lt;b&gt;, Sunday" in html
    assert "<b>" not in html
    assert html.count("<rect ") == 25  # hours of that day
    assert 'aria-label="Contacts by hour: 12: 1234"' in html
    assert not {"<img", "<script", "<link", "src="} & {word for word in html.split() if "=" in word or "<" in word}
    assert await rows(workspace) == [("lead@example.com", "sent", 1, None)]


async def test_each_gets_it_once_however_many_routers_there_are(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """At the same time and afterwards; each in a mail of its own; the next day there is another."""
    parts, people = service[1], [f"p{number}@example.com" for number in range(5)]
    snapshot = await with_report(workspace, parts, *people)
    routers = [reports(settings, server, parts) for _ in range(4)]
    await asyncio.gather(*(router.turn(snapshot, LATER) for router in routers))
    for router in [*routers, reports(settings, server, parts)]:
        await router.turn(snapshot, LATER + timedelta(hours=3))
    sent = [server.mails.get_nowait() for _ in range(server.mails.qsize())]
    assert sorted(recipient for _, recipient, _ in sent) == people
    assert all(mail["To"] == recipient for _, recipient, mail in sent)
    await reports(settings, server, parts).turn(snapshot, LATER + timedelta(days=1))
    assert server.mails.qsize() == 5


async def test_a_router_that_dies_leaves_its_mail_to_another(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """After a while, for it may be at it still; the mail's id is the same, should it have been sent."""
    parts, who = service[1], "lead@example.com"
    snapshot = await with_report(workspace, parts, who)
    async with workspace.database.transaction() as session:
        await session.execute(CLAIMED, {"workspace": workspace.id, "recipient": who})
    await reports(settings, server, parts).turn(snapshot, LATER)
    assert server.mails.empty()
    async with workspace.database.transaction() as session:
        await session.execute(OLDER, {"workspace": workspace.id})
    await reports(settings, server, parts).turn(snapshot, LATER)
    _, _, mail = server.mails.get_nowait()
    assert await rows(workspace) == [(who, "sent", 2, None)]
    figures = await reports(settings, server, parts)._figures(snapshot, (LATER - timedelta(days=1)).date())
    assert mail_of(figures, "reports@example.com", who, workspace.id)["Message-ID"] == mail["Message-ID"]


async def test_what_was_sent_is_noted_once_the_ledger_is_back(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """The router that has sent a mail knows it, also where the ledger was away at that moment: it is not sent again."""
    parts, who = service[1], "lead@example.com"
    snapshot = await with_report(workspace, parts, who)
    router = reports(settings, server, parts)
    ledger, sends = router._database, MailServer.send

    async def sent_as_the_ledger_goes(self: MailServer, *mail: Any) -> None:
        await sends(self, *mail)
        router._database = away

    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", pool_size=1, timeout_s=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MailServer, "send", sent_as_the_ledger_goes)
        with pytest.raises(DatabaseUnavailable):
            await router.turn(snapshot, LATER)
    await away.close()
    assert await rows(workspace) == [(who, "claimed", 1, None)]
    async with workspace.database.transaction() as session:
        await session.execute(OLDER, {"workspace": workspace.id})
    router._database = ledger
    await router.turn(snapshot, LATER)
    assert await rows(workspace) == [(who, "sent", 1, None)]
    assert server.mails.qsize() == 1


async def test_a_router_that_is_told_to_stop_notes_what_it_has_sent(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """However soon after the mail server's word it is told: nobody else sends it again."""
    parts, who = service[1], "lead@example.com"
    snapshot = await with_report(workspace, parts, who)
    router, sends = reports(settings, server, parts), MailServer.send

    async def sent_and_told(self: MailServer, *mail: Any) -> None:
        await sends(self, *mail)
        turn.cancel()  # heard where it next waits: while it notes that the mail was sent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MailServer, "send", sent_and_told)
        turn = asyncio.create_task(router.turn(snapshot, LATER))
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert await rows(workspace) == [(who, "sent", 1, None)]


async def test_a_router_that_is_told_to_stop_stops_also_where_the_ledger_is_away(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """A loop that heard of the ledger alone would go on, and who stops the router would wait for it for ever."""
    snapshot = await with_report(workspace, service[1], "lead@example.com")
    router, sends = reports(settings, server, service[1]), MailServer.send
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", pool_size=1, timeout_s=1)

    async def sent_and_told(self: MailServer, *mail: Any) -> None:
        await sends(self, *mail)
        router._database = away
        turn.cancel()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MailServer, "send", sent_and_told)
        turn = asyncio.create_task(router.turn(snapshot, LATER))
        with pytest.raises(asyncio.CancelledError):
            await turn
    await away.close()


async def test_what_the_server_does_not_take_is_tried_again_and_what_it_refuses_is_not(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers
) -> None:
    """One recipient's trouble is not another's."""
    parts = service[1]
    server.answers = {"busy@example.com": ["451 later"], "gone@example.com": ["550 no"] * 9}
    snapshot = await with_report(workspace, parts, "busy@example.com", "gone@example.com", "lead@example.com")
    await reports(settings, server, parts).turn(snapshot, LATER)
    assert [(who, state, why) for who, state, _, why in await rows(workspace)] == [
        ("busy@example.com", "failed", "status 451"),
        ("gone@example.com", "failed", "status 550"),
        ("lead@example.com", "sent", None),
    ]
    for _ in range(3):
        async with workspace.database.transaction() as session:
            await session.execute(OLDER, {"workspace": workspace.id})
        await reports(settings, server, parts).turn(snapshot, LATER)
    sent = [server.mails.get_nowait()[1] for _ in range(server.mails.qsize())]
    assert sorted(sent) == ["busy@example.com", "lead@example.com"]
    assert server.answers["gone@example.com"] == ["550 no"] * 8


async def test_no_secret_is_in_a_log(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, server: Customers, caplog: Any
) -> None:
    """Nor an address; a server that is away or lets nobody in is said to be."""
    parts = service[1]
    snapshot = await with_report(workspace, parts, "lead@example.com")
    secret = f"smtp+clear://reports:tern%2Fsecret@127.0.0.1:{server.port}"
    for url in (secret, "smtp://reports:tern%2Fsecret@127.0.0.1:9"):
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="mci_router"):
            await reports(settings, server, parts, smtp_url=SecretStr(url)).turn(snapshot, LATER)
        assert "was not sent" in caplog.text
        assert not [word for word in ("tern", "lead@", "reports:") if word in caplog.text]
        async with workspace.database.transaction() as session:
            await session.execute(OLDER, {"workspace": workspace.id})


async def test_without_a_mail_server_that_is_said_once(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings, caplog: Any
) -> None:
    """And the router does all else."""
    snapshot = await with_report(workspace, service[1], "lead@example.com")
    router = DailyReports(settings, service[1].database)
    for _ in range(2):
        await router.turn(snapshot, LATER)
    assert caplog.text.count("MCI_SMTP_URL is not set") == 1


def test_settings_that_are_not_right_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do; the client is asked for only where a server is set."""

    def server(url: str, sender: str = "reports@example.com") -> MailServer | None:
        return MailServer.of(settings.model_copy(update={"smtp_url": SecretStr(url), "mail_from": sender}))

    for wrong in ("http://example.com", "smtp://", "mail.example.com"):
        with pytest.raises(RuntimeError, match="MCI_SMTP_URL must be"):
            server(wrong)
    with pytest.raises(RuntimeError, match="MCI_MAIL_FROM"):
        server("smtp://mail.example.com", "")
    found = server("smtps://u%40x:p%2Fw@mail.example.com")
    assert found
    assert (found.port, found.user, found.password, found.scheme) == (465, "u@x", "p/w", "smtps")
    assert "p/w" not in repr(found)
    monkeypatch.setitem(sys.modules, "aiosmtplib", None)
    with pytest.raises(RuntimeError, match=r"pip install 'mci-router\[adapters\]'"):
        server("smtp://mail.example.com")
    assert MailServer.of(settings) is None


async def test_what_is_to_be_encrypted_is_sent_in_no_other_way(settings: Settings, server: Customers) -> None:
    """A server without STARTTLS gets nothing."""
    known = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{server.port}"), "mail_from": "reports@example.com"}
    sending = MailServer.of(settings.model_copy(update=known))
    assert sending
    with pytest.raises(NotSent):
        await sending.send(mail_of(NOBODY, "reports@example.com", "a@example.com", "wsp"), "a@example.com")
    assert server.mails.empty()


def test_who_gets_it_is_checked() -> None:
    """Addresses alone, each once, and a time of the day."""
    wrongs: list[dict[str, Any]] = [
        {"to": []},
        {"to": ["Lead <lead@example.com>"]},
        {"to": ["lead@example.com\nBcc: x@example.com"]},
        {"to": ["lead@example.com", "LEAD@example.com"]},
        {"to": ["lead@example.com"], "at": "24:00"},
        {"to": [f"p{number}@example.com" for number in range(21)]},
    ]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            DailyReportSpec.model_validate(wrong)
    assert DailyReportSpec.model_validate({"to": ["lead@example.com"]}).at == "06:30"


async def test_the_audit_trail_has_no_address(make: Any) -> None:
    """Only how many get it, and when."""
    document = small()
    workspace: Workspace = await make(document)
    document["workspace"]["daily_report"] = {"to": ["lead@example.com"], "at": "07:00"}
    async with workspace.database.transaction() as session:
        _, changes = await workspace_file.apply(session, WorkspaceFile.model_validate(document))
        await configured(session, by_command(workspace.id, "mci-router apply"), changes)
    audit = await workspace.api.get("/v1/audit", params={"action": "workspace.updated"})
    assert "lead@example.com" not in audit.text
    assert audit.json()["items"][0]["after"]["daily_report"] == {"to": 1, "at": "07:00"}


@every(
    "address",
    [
        "=?utf-8?q?=0D=0ABcc=3A_eve=40example.com?=@example.com",
        "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=@example.com",
        "ann\x01@example.com",
        "ann@example.com,eve@example.com",
        "ann@example.com\r\nBcc: eve@example.com",
    ],
)
def test_an_address_hides_no_other_line_and_no_other_address(address: str) -> None:
    """Neither as it is nor as an encoded word, of which no mail could be made."""
    with pytest.raises(ValidationError, match="pattern"):
        DailyReportSpec(to=[address])
