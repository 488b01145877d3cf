"""`mci-router dev`: everything on one machine, from nothing, with data kept between runs."""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from pydantic import SecretStr

from mci_router.access.keys import KeyRing, Scope, make_key
from mci_router.access.sign_in import VALID_S, SignInCode
from mci_router.access.tokens import AgentIdentity
from mci_router.cli.common import settings_of_environment
from mci_router.cli.migrate import migrate
from mci_router.cli.serve import PortInUse, Watcher, check_port, configure_logging, serve
from mci_router.configuration import store, workspace_file
from mci_router.configuration.workspace_file import BadFile
from mci_router.database import Database
from mci_router.embedded import EmbeddedError, Servers, running
from mci_router.errors import NotAuthenticated, Problem
from mci_router.settings import Settings
from mci_router.specs.kinds import WorkspaceFile
from mci_router.values import value
from mci_router.vocabulary import Trust

ADAPTER_SCOPES = (Scope.CONTACTS_WRITE, Scope.CONTACTS_READ, Scope.COMMUNITY_READ, Scope.COMMUNITY_WRITE)
EXAMPLE_CONTACT = (
    '{"channel": "chat", "customer": {"email": "sam@example.com"}, "text": "I forgot my password and cannot sign in"}'
)


@value
class Ready:
    """What there is to say of a prepared ledger: an agent whose desk a link may open, with the title that people read,
    and the customers' pages that one workspace alone has.
    """

    agent: AgentIdentity | None = None
    title: str = ""
    portals: tuple[str, ...] = ()


def run(settings: Settings, example: Path) -> None:
    """Starts the servers, prepares the workspace, says where everything is, and serves until it is stopped."""
    # The server raises SIGTERM again once it has shut down: then we still have servers to stop and files to remove.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    check_port(settings.host, settings.port)
    document = workspace_file.read(example) if example.exists() else None
    click.echo("Starting PostgreSQL and Valkey …")
    with running(settings.data_dir) as servers:
        settings = settings.model_copy(
            update={
                "database_url": servers.database_url,
                "redis_url": servers.redis_url,
                "token_secret": SecretStr(_kept_secret(settings.data_dir / "token_secret")),
                "drain_s": 0,
            }
        )
        click.echo("Preparing the ledger …")
        migrate(servers.database_url)
        found = asyncio.run(_prepare(servers, settings.data_dir, document))
        codes = SignInCode()
        watcher = Watcher(
            learning=lambda topics: click.echo(f"Learning {topics} topics …"),
            ready=lambda: click.echo(_welcome(settings, found, codes)),
        )
        with _environment(settings):
            serve(settings, codes=codes, watcher=watcher)
    click.echo(f"Stopped. The data are kept in {settings.data_dir}")


async def _prepare(servers: Servers, data_dir: Path, example: WorkspaceFile | None) -> Ready:
    """Applies the example to an empty ledger, and makes its keys once.

    Raises ClickException: the example is needed, and is not there.
    """
    database = Database(servers.database_url, pool_size=2, timeout_s=30)
    keys = data_dir / "keys.json"
    try:
        async with database.transaction() as session:
            workspaces = list(await store.workspaces(session))
        if not workspaces:
            if example is None:
                raise click.ClickException("There is no workspace yet, and no such file: name one with --example.")
            click.echo(f"Applying the example workspace {example.workspace.name} …")
            async with database.transaction() as session:
                await workspace_file.apply(session, example)
                workspaces = list(await store.workspaces(session))
        if not keys.exists():
            async with database.transaction() as session:
                _, operator = await make_key(session, workspaces[0].id, "operator", list(Scope), Trust.VERIFIED)
                _, adapter = await make_key(session, workspaces[0].id, "adapter", ADAPTER_SCOPES, Trust.AUTHENTICATED)
            _write_private(
                keys,
                json.dumps({"workspace": workspaces[0].name, "operator": operator, "adapter": adapter}, indent=2)
                + "\n",
            )
            _write_private(data_dir / "adapter.header", f"Authorization: Bearer {adapter}\n")
            _write_private(data_dir / "operator.header", f"Authorization: Bearer {operator}\n")
        agent, title = await _example_agent(database, _operator_key(keys))
        portals = (("help", "portal"), ("community", "community"), ("status", "status_page"))
        those = {page: [one for one in workspaces if one.spec.get(member) is not None] for page, member in portals}
        return Ready(agent, title, tuple(page for page, having in those.items() if len(having) == 1))
    finally:
        await database.close()


def _operator_key(keys: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads(keys.read_text())["operator"])
    return ""


async def _example_agent(database: Database, operator: str) -> tuple[AgentIdentity | None, str]:
    """Returns the agent with the most skills, whom the operator's key signs in, and the title; None without agent or
    valid key.
    """
    try:
        caller = await KeyRing(database).caller(operator)
    except NotAuthenticated:
        return None, ""
    async with database.transaction() as session:
        agents = await store.resources(session, caller.workspace_id, "agent")
    ablest = max(agents, key=lambda agent: (len(agent.spec.get("skills", ())), agent.name), default=None)
    if not ablest:
        return None, ""
    return AgentIdentity(caller.workspace_id, ablest.name, ablest.id, caller.key_id), str(ablest.spec["title"])


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """Writes where the servers are while the block lasts, so that the other commands find them."""
    path = settings.data_dir / "environment"
    secret = settings.token_secret.get_secret_value() if settings.token_secret else ""
    _write_private(
        path,
        f"DATABASE_URL='{settings.database_url}'\nREDIS_URL='{settings.redis_url}'\nMCI_TOKEN_SECRET='{secret}'\n",
    )
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _kept_secret(path: Path) -> str:
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


def _write_private(path: Path, text: str) -> None:
    """Writes a file whole or not at all, readable by its owner only."""
    draft = path.with_name(f"{path.name}.draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _welcome(settings: Settings, ready: Ready, codes: SignInCode) -> str:
    address, data = f"http://{settings.host}:{settings.port}", settings.data_dir.resolve()
    return f"""
mci_router runs on {address}

  docs       {address}/docs
  desk       {address}/desk
  wallboard  {address}/wallboard
  reports    {address}/reports
  workforce  {address}/workforce{_portals(address, ready.portals)}
  keys       {data / "keys.json"}
  stop       Ctrl-C (the data stay in {data})

Post a contact:

  curl -s {address}/v1/contacts -H @{data / "adapter.header"} -H 'Content-Type: application/json' \\
    -d '{EXAMPLE_CONTACT}'
{_desk_link(address, ready.agent, ready.title, codes) if ready.agent else ""}"""


def _portals(address: str, portals: Sequence[str]) -> str:
    """Returns a line for each of the customers' pages."""
    return "".join(f"\n  {page:<10} {address}/{page}" for page in portals)


def _desk_link(address: str, agent: AgentIdentity, title: str, codes: SignInCode) -> str:
    """Returns the lines with the link. A browser does not send the fragment with the code, and the desk removes it."""
    return f"""
Sign in to the desk as {title} (once, within {VALID_S // 60} minutes):

  {address}/desk#code={codes.make(agent)}
"""


@click.command()
@click.option(
    "--example",
    type=click.Path(path_type=Path),
    default=Path("examples/telecom.yaml"),
    help="Applied to an empty ledger.",
)
def command(example: Path) -> None:
    """Run everything here: PostgreSQL and Valkey from wheels, an example workspace, the service."""
    settings = settings_of_environment()
    configure_logging(settings.log_level)
    try:
        run(settings, example)
    except (EmbeddedError, PortInUse, BadFile, Problem) as error:
        raise click.ClickException(str(error)) from error
