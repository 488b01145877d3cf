"""`mci-router import-history FILE`: what came before the router was there, for its first forecasts."""

from datetime import datetime
from pathlib import Path

import click

from mci_router.cli.common import no_workspace, with_database
from mci_router.configuration import store as configuration
from mci_router.database import Database
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.vocabulary import Channel
from mci_router.workforce.history import store
from mci_router.workforce.history.reading import COLUMNS, LENGTHS_MIN, Form, Key, Quarter, Unreadable, read

CHANNELS = click.Choice([one.value for one in Channel])


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--workspace", required=True, help="The workspace's name.")
@click.option(
    "--column", "columns", multiple=True, metavar="OURS=THEIRS", help=f"What a column is called: {', '.join(COLUMNS)}."
)
@click.option("--queue", "queues", multiple=True, metavar="THEIRS=OURS", help="Which queue a name of theirs is.")
@click.option("--channel", type=CHANNELS, default="voice", show_default=True, help="Of rows without one.")
@click.option(
    "--minutes",
    type=click.Choice([str(one) for one in LENGTHS_MIN]),
    default="15",
    show_default=True,
    help="An interval.",
)
@click.option("--separator", default=";", show_default=True, help="What stands between columns.")
@click.option("--dry-run", is_flag=True, help="Read all of it; keep nothing.")
def command(
    file: Path,
    workspace: str,
    columns: tuple[str, ...],
    queues: tuple[str, ...],
    channel: str,
    minutes: str,
    separator: str,
    dry_run: bool,
) -> None:
    """Import an interval history: interval;queue;offered;answered;aht, a row for each queue and interval.

    Forecasts learn from it until the router's own counts of a queue begin. What was imported before is replaced.
    Nothing is kept if a line has a fault.
    """
    if len(separator) != 1:
        raise click.BadParameter("is one character", param_hint="--separator")
    names = {**{one: one for one in COLUMNS}, **_pairs(columns, "--column", COLUMNS)}

    async def work(database: Database) -> dict[Key, Quarter]:
        async with database.transaction() as session:
            found = await configuration.workspace_named(session, workspace)
            if found is None:
                raise no_workspace(workspace)
            zone = WorkspaceSpec.model_validate(found.spec).zone
            form = Form(zone, names, int(minutes), separator, _pairs(queues, "--queue"), Channel(channel))
            known = [one.name for one in await configuration.resources(session, found.id, "queue")]
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows = read(lines, form, known)
            if not dry_run:
                await store.put(session, found.id, rows)
            return rows

    try:
        _say(with_database(work), dry_run)
    except Unreadable as error:
        raise click.ClickException(f"{error}\nNothing was imported.") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not written in UTF-8: export it so, or convert it") from error


def _pairs(given: tuple[str, ...], option: str, allowed: tuple[str, ...] = ()) -> dict[str, str]:
    pairs = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not (name and equals and value) or (allowed and name not in allowed):
            raise click.BadParameter(f"{one!r} is not as NAME=NAME, or names no column", param_hint=option)
        pairs[name] = value
    return pairs


def _say(rows: dict[Key, Quarter], dry_run: bool) -> None:
    times: list[datetime] = [at for _, _, at in rows]
    if not times:
        raise click.ClickException("there is no row in it; nothing was imported")
    arrivals = sum(one.arrivals for one in rows.values())
    queues = len({queue for queue, _, _ in rows})
    named = "1 queue" if queues == 1 else f"{queues} queues"
    verb = "would be" if dry_run else "were"
    click.echo(
        f"{len(rows):,} quarter-hours of {named}, {arrivals:,.0f} contacts from {min(times):%Y-%m-%d} to "
        f"{max(times):%Y-%m-%d}, {verb} imported."
    )
