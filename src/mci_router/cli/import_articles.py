"""`mci-router import-articles FOLDER_OR_ZIP`: makes articles of a folder of Markdown, or of a Confluence export."""

from pathlib import Path

import click

from mci_router.api.auditing import by_command, configured
from mci_router.cli.common import no_workspace, settings_of_environment, with_database
from mci_router.configuration import store
from mci_router.configuration.importing.confluence import read_space
from mci_router.configuration.importing.markdown import read_folder
from mci_router.configuration.importing.pages import Read, Unreadable
from mci_router.configuration.importing.plan import Defaults, Plan, plan_of
from mci_router.configuration.training_bounds import Bounds
from mci_router.database import Database
from mci_router.knowledge.versions import Author
from mci_router.vocabulary import ArticleState, Audience

AUTHOR = Author("mci-router import-articles")
MOST_SHOWN = 200  # lines of a kind


@click.command()
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--workspace", required=True, help="The workspace's name.")
@click.option("--topic", help="The topic of pages that name none.")
@click.option("--language", default="en", show_default=True, help="The language of pages that name none.")
@click.option("--audience", type=click.Choice([one.value for one in Audience]), default="public", show_default=True)
@click.option("--drafts", is_flag=True, help="New articles are drafts, which somebody publishes.")
@click.option("--dry-run", is_flag=True, help="Print what would be made and changed; change nothing.")
def command(
    place: Path, workspace: str, topic: str | None, language: str, audience: str, drafts: bool, dry_run: bool
) -> None:
    """Make articles of a folder of Markdown, or of the HTML export (ZIP) of a Confluence space.

    What was imported before is found again by where it came from, and changed. Nothing is changed if a page has a
    problem.
    """
    try:
        read = read_folder(place) if place.is_dir() else read_space(place)
    except Unreadable as error:
        raise click.ClickException(f"{error}; nothing was imported") from error
    state = ArticleState.DRAFT if drafts else ArticleState.PUBLISHED
    defaults = Defaults(topic, language, audience, state)
    bounds = Bounds.of(settings_of_environment())

    async def work(database: Database) -> Plan:
        async with database.transaction() as session:
            found = await store.workspace_named(session, workspace)
            if found is None:
                raise no_workspace(workspace)
            specs = store.specs_of(await store.resources(session, found.id))
            plan = plan_of(read, specs.get("article", {}), specs.get("topic", {}), defaults)  # type: ignore[arg-type]
            if not (dry_run or plan.problems):
                wanted = {"article": [*plan.make, *plan.change]}
                changes = await store.put(session, found.id, wanted, bounds=bounds, author=AUTHOR)
                await configured(session, by_command(found.id, AUTHOR.name), changes)
            return plan

    plan = with_database(work)
    _print(plan, read, dry_run)
    if plan.problems:
        raise click.ClickException(f"{len(plan.problems)} problems; nothing was imported")


def _print(plan: Plan, read: Read, dry_run: bool) -> None:
    would = "would be " if dry_run or plan.problems else ""
    for verb, names in (("made", [one.name for one in plan.make]), ("changed", [one.name for one in plan.change])):
        _lines(f"{would}{verb}", names)
    _lines("not at its source any more, left as it is", plan.gone)
    _lines("skipped, it is no page", read.skipped)
    for problem in plan.problems[:MOST_SHOWN]:
        click.echo(str(problem), err=True)
    click.echo(f"{would}made {len(plan.make)}, changed {len(plan.change)}, left {len(plan.left)}")


def _lines(what: str, names: list[str]) -> None:
    for name in names[:MOST_SHOWN]:
        click.echo(f"{what}: {name}")
    if len(names) > MOST_SHOWN:
        click.echo(f"{what}: and {len(names) - MOST_SHOWN} more")
