"""Automation: a workflow of the topic does what the customer wants, else an article of the workspace answers."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact
from mci_router.outcomes.outcome import Entered, ServingOutcome, served_by
from mci_router.outcomes.workflow import begin_run, workflow_hindrance, workflow_route
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.answers import best
from mci_router.specs.bars import below
from mci_router.vocabulary import ContactState, Outcome, ServedBy
from mci_router.workflows.leaving import leave_run


class Automation(ServingOutcome):
    """A workflow of the topic, until it has ended; else its best article, until the customer says that it did not
    help.
    """

    name = Outcome.AUTOMATION
    state = ContactState.AUTOMATING

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve: no workflow and no article, or a topic that is not sure enough."""
        if contact.workflow.planned:
            return workflow_hindrance(contact)
        if not contact.answerable:
            passed_over = [workflow_hindrance(contact)] if contact.workflow.hindrances else []
            return "; ".join([*filter(None, passed_over), "no article answers this topic"])
        return below(contact.bars.automation, contact.confidence, "an article")

    def serve(self, asked: Asked) -> Route:
        """Returns the route with the workflow's run, or with the article that fits best."""
        route = workflow_route(asked, super().serve(asked))
        if route.run:
            return route
        answers = asked.snapshot.valid_answers(asked.matter.topic, asked.now, asked.facts.readers)
        article = best(answers, asked.facts.text, asked.facts.language)
        version = asked.snapshot.article_versions.get(article.name) if article else None
        return replace(route, article=article, article_version=version)

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Makes the run, if a workflow serves; else names the article."""
        if route.run:
            return begin_run(contact, route)
        if route.article is None:
            return Entered()
        return Entered(served_by=served_by(ServedBy.ARTICLE, route.article.name, route.article_version))

    async def leave(self, session: AsyncSession, contact: Contact, now: datetime, *, ended: bool) -> None:
        """Ends a run that was not called yet."""
        await leave_run(session, contact)
