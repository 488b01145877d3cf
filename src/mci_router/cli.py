"""The command line: `mci-router --help`."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from mci_router import __version__
from mci_router.access.keys import Scope, make_key
from mci_router.configuration import store, workspace_file
from mci_router.configuration.workspace_file import BadFile
from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.settings import Settings
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.vocabulary import Trust

Result = TypeVar("Result")
SHORTEST_SECRET = 32
POLICIES = [policy.value for policy in SimulatedPolicy]
SCOPES = [*(scope.value for scope in Scope), "all"]


@click.group()
@click.version_option(__version__, prog_name="mci-router")
def cli() -> None:
    """Routes every customer contact to the resource with the best possible outcome."""


@cli.command()
@click.option("--example", type=click.Path(path_type=Path), default=Path("examples/telecom.yaml"), help="Applied to an empty ledger.")
def dev(example: Path) -> None:
    """Run everything here: PostgreSQL and Valkey from wheels, an example workspace, the service."""
    from mci_router import development
    from mci_router.embedded import EmbeddedError
    from mci_router.serving import PortInUse, configure_logging

    settings = _settings()
    configure_logging(settings.log_level)
    try:
        development.run(settings, example)
    except (EmbeddedError, PortInUse, BadFile, Problem) as error:
        raise click.ClickException(str(error)) from error


@cli.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def serve(workers: int) -> None:
    """Run the service on the servers of DATABASE_URL and REDIS_URL."""
    from mci_router.serving import PortInUse, check_port, configure_logging
    from mci_router.serving import serve as run

    settings = _settings()
    _require(settings, "database_url", "redis_url", "token_secret")
    for variable, secret in (("MCI_TOKEN_SECRET", settings.token_secret), ("MCI_IDENTITY_SECRET", settings.identity_secret)):
        if secret and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise click.ClickException(f"{variable} is shorter than {SHORTEST_SECRET} characters")
    configure_logging(settings.log_level)
    try:
        check_port(settings.host, settings.port)
    except PortInUse as error:
        raise click.ClickException(str(error)) from error
    run(settings, workers)


@cli.command()
def migrate() -> None:
    """Bring the ledger's schema up to date."""
    from mci_router.migrating import migrate as run

    settings = _settings()
    _require(settings, "database_url")
    try:
        run(settings.database_url or "")
    except OSError as error:
        raise click.ClickException(f"the ledger cannot be reached: {error}") from error
    click.echo("The ledger's schema is up to date.")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def apply(file: Path) -> None:
    """Make a workspace as FILE says, and print what changed."""
    try:
        document = workspace_file.read(file)
    except BadFile as error:
        click.echo("\n".join(error.faults), err=True)
        raise click.ClickException(f"{file} was not applied: nothing has changed") from error

    async def work(database: Database) -> list[store.Change]:
        async with database.transaction() as session:
            _, changes = await workspace_file.apply(session, document)
        return changes

    changes = _with_database(work)
    for change in changes:
        if change.action != "unchanged":
            click.echo(f"{change.action} {change.kind} {change.name}")
    same = sum(change.action == "unchanged" for change in changes)
    click.echo(f"{len(changes) - same} changed, {same} unchanged")


@cli.group()
def key() -> None:
    """Manage API keys."""


@key.command("create")
@click.option("--workspace", required=True, help="The workspace's name.")
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="May be given several times.",
)
@click.option(
    "--trust",
    type=click.Choice([trust.value for trust in Trust]),
    default=Trust.CLAIMED.value,
    show_default=True,
    help="The most that the key may assert of a customer's addresses.",
)
def create_key(workspace: str, name: str, scopes: tuple[str, ...], trust: str) -> None:
    """Make a key and print it, this once."""

    async def work(database: Database) -> str:
        async with database.transaction() as session:
            found = await store.workspace_named(session, workspace)
            if found is None:
                raise click.ClickException(f"there is no workspace {workspace!r}: make it with `mci-router apply FILE`")
            granted = list(Scope) if "all" in scopes else [Scope(scope) for scope in scopes]
            _, secret = await make_key(session, found.id, name, granted, Trust(trust))
        return secret

    click.echo(_with_database(work))


@cli.command()
@click.option("--check", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Fail unless this file says the same.")
def openapi(check: Path | None) -> None:
    """Print the OpenAPI document."""
    from mci_router.contract import openapi_yaml

    document = openapi_yaml()
    if check is None:
        sys.stdout.write(document)
    elif check.read_text(encoding="utf-8") != document:
        raise click.ClickException(f"{check} is not what the code says: run `mci-router openapi > {check}`")


@cli.command()
@click.option("--contacts", type=click.IntRange(1, 10_000), default=200, show_default=True, help="How many come.")
@click.option("--agents", type=click.IntRange(1, 500), default=10, show_default=True, help="How many serve them.")
@click.option("--speed", type=click.FloatRange(1, 100), default=20, show_default=True, help="Simulated seconds in a real one.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same customers for the same seed.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The service.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    default=Path(".data/keys.json"),
    show_default=True,
    help="Has the operator's key; MCI_API_KEY goes before it.",
)
@click.option("--allow-remote", is_flag=True, help="Play to a service that is not on this machine.")
def demo(contacts: int, agents: int, speed: float, seed: int, url: str, keys: Path, allow_remote: bool) -> None:
    """Play customers and agents to a running service, and show what became of the contacts."""
    from mci_router.demo.run import Options, play
    from mci_router.demo.service import DemoError

    try:
        play(Options(contacts, agents, speed, seed, url, keys, allow_remote))
    except DemoError as error:
        raise click.ClickException(str(error)) from error


@cli.command()
@click.option("--workspace", help="Its name; every workspace unless one is named.")
def rebuild(workspace: str | None) -> None:
    """Make the live state again from the ledger. Routers may be running: they go on by themselves."""
    settings = _settings()
    _require(settings, "database_url", "redis_url")
    from mci_router.intake.rebuilding import Rebuilt, rebuild

    def tell(name: str, made: Rebuilt) -> None:
        click.echo(f"{name}: {made.contacts} open contacts restored in {made.seconds:.1f} s")

    async def work(database: Database) -> bool:
        return await rebuild(settings, database, workspace, tell)

    if not _with_database(work):
        raise click.ClickException(f"there is no workspace {workspace!r}" if workspace else "there is no workspace yet")


@cli.command()
@click.argument("trace", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write: one outcome a contact.")
@click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default=SimulatedPolicy.SERVICE_LEVEL.value,
    show_default=True,
    help="How lines and agents are chosen.",
)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the day as PNG; needs the extra `plot`.")
@click.option("--redis-url", help="A server nothing else uses, in place of a private one that is started for this.")
def simulate(trace: Path, out: Path, policy: str, plot: Path | None, redis_url: str | None) -> None:
    """Drive the engine through the contacts of TRACE in virtual time, and write what became of each."""
    from mci_router.simulation.command import CommandFailed, Options, run

    try:
        run(Options(trace, out, SimulatedPolicy(policy), plot, redis_url))
    except CommandFailed as error:
        raise click.ClickException(str(error)) from error


@cli.group()
def triage() -> None:
    """Measure triage, and the examples that it learns from. Needs no server."""


@triage.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--train",
    "learn_from",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What to learn from: a workspace file, or labelled texts. Left out: FILE itself, each fifth judged by a model of the rest.",
)
@click.option("--sensitive", multiple=True, help="A sensitive topic; several may be given. Left out: those of the workspace file.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw calibration and confusion as PNG; needs the extra `plot`.")
def triage_eval(file: Path, learn_from: Path | None, sensitive: tuple[str, ...], plot: Path | None) -> None:
    """Say how good triage is on the labelled texts of FILE, a CSV of text and topic; an empty topic, or `oos`, is out of scope."""
    from mci_router.evaluating import EvaluationFailed, evaluate
    from mci_router.triage.encoder import configured_encoder

    try:
        lines = evaluate(file, learn_from, sensitive, plot, configured_encoder(_settings()))
    except EvaluationFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(lines))


@triage.command("lint")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def triage_lint(file: Path) -> None:
    """Say what is wrong with the examples of a workspace file: duplicates, thin topics, examples too long."""
    from mci_router.evaluating import EvaluationFailed, lint_workspace

    try:
        found = lint_workspace(file)
    except EvaluationFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo("\n".join(found) or "Nothing to mend.")


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error


def _require(settings: Settings, *names: str) -> None:
    missing = [name for name in names if getattr(settings, name) is None]
    if missing:
        variables = ", ".join(name.upper() if name.endswith("_url") else f"MCI_{name.upper()}" for name in missing)
        raise click.ClickException(f"{variables} must be set; `mci-router dev` needs none of them")


def _with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    settings = _settings()
    _require(settings, "database_url")

    async def run() -> Result:
        database = Database(settings.database_url or "", pool_size=1, timeout_s=30)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem


def main() -> Any:
    """The entry point."""
    # Matrices are small here: threads of linear algebra would only take the cores from requests. Said before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return cli(prog_name="mci-router")
