"""The plan of an import: which pages become which articles, and what is wrong with the others. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from mci_router.configuration.importing.pages import MOST_PAGES, Page, Problem, Read
from mci_router.specs.articles import ArticleSpec
from mci_router.values import value


@value
class Defaults:
    """What the articles of pages that do not say it themselves get."""

    topic: str | None = None
    language: str = "en"
    audience: str = "public"
    state: str = "published"


@dataclass(slots=True)
class Plan:
    """What an import does: articles to `make` and to `change`, and those that it leaves as they are; `gone`, which it
    leaves, too, are articles of the same place whose pages are not there any more.
    """

    make: list[ArticleSpec] = field(default_factory=list)
    change: list[ArticleSpec] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def plan_of(read: Read, existing: Mapping[str, ArticleSpec], topics: Mapping[str, Any], defaults: Defaults) -> Plan:
    """Returns the plan for pages that were read, beside the articles and topics that there are."""
    plan = Plan(problems=list(read.problems))
    by_source = {source: article for article in existing.values() if (source := article.source)}
    taken: dict[str, str] = {}
    for page in read.pages[:MOST_PAGES]:
        before = by_source.get(page.source)
        try:
            article = _article(page, before, defaults)
        except ValidationError as error:
            plan.problems += _faults(page, error)
            continue
        problem = _wrong(page, article, before, existing, topics, taken)
        if problem:
            plan.problems.append(problem)
            continue
        taken[article.name] = page.where
        _sort_in(plan, article, existing.get(article.name))
    if len(read.pages) > MOST_PAGES:
        first = read.pages[MOST_PAGES].where
        plan.problems.append(Problem(first, 1, f"it and all after it are more than {MOST_PAGES:,} pages"))
    plan.gone = _gone(read.pages, by_source)
    return plan


def _article(page: Page, before: ArticleSpec | None, defaults: Defaults) -> ArticleSpec:
    """Returns the article of a page: what the page does not say stays as it is, or is the default."""
    said = {"title": page.title, "body": page.body, "source": page.source, **page.facts}
    if before:
        kept = before.model_dump(mode="json")
        return ArticleSpec.model_validate({**kept, **said, "name": before.name})
    usual = {"topic": defaults.topic, "language": defaults.language}
    return ArticleSpec.model_validate({**usual, "audience": defaults.audience, "state": defaults.state, **said})


def _wrong(
    page: Page,
    article: ArticleSpec,
    before: ArticleSpec | None,
    existing: Mapping[str, ArticleSpec],
    topics: Mapping[str, Any],
    taken: Mapping[str, str],
) -> Problem | None:
    if article.topic not in topics:
        return Problem(page.where, page.lines.get("topic", 1), f"topic: there is no topic named {article.topic!r}")
    if article.name in taken:
        line = page.lines.get("name", 1)
        return Problem(page.where, line, f"name: {article.name!r} is the name of {taken[article.name]}, too")
    if before is None and article.name in existing:
        line = page.lines.get("name", 1)
        return Problem(page.where, line, f"name: there is an article {article.name!r} that was not imported from here")
    return None


def _faults(page: Page, error: ValidationError) -> Sequence[Problem]:
    faults = error.errors(include_input=False, include_url=False)
    return [_fault(page, ".".join(map(str, fault["loc"])), fault["msg"]) for fault in faults]


def _fault(page: Page, where: str, message: str) -> Problem:
    if where == "topic" and where not in page.facts:
        message = "is not said: write it into the front matter, or give --topic"
    return Problem(page.where, page.lines.get(where, 1), f"{where}: {message.removeprefix('Value error, ')}")


def _sort_in(plan: Plan, article: ArticleSpec, before: ArticleSpec | None) -> None:
    if before is None:
        plan.make.append(article)
    elif article == before:
        plan.left.append(article.name)
    else:
        plan.change.append(article)


def _gone(pages: Sequence[Page], by_source: Mapping[str, ArticleSpec]) -> list[str]:
    here = {page.source for page in pages}
    places = {source.partition("/")[0] for source in here}
    there = [(source, article.name) for source, article in by_source.items() if source.partition("/")[0] in places]
    return sorted(name for source, name in there if source not in here)
