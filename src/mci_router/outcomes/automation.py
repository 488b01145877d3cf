"""Automation: a workflow of the topic does what the customer wants, else an article of the workspace answers."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import Contact
from mci_router.outcomes.outcome import Entered, ServingOutcome, served_by
from mci_router.outcomes.workflow import begin_run, workflow_hindrance, workflow_route
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.bars import below, down
from mci_router.vocabulary import ContactState, Outcome, ServedBy
from mci_router.workflows.leaving import leave_run


class Automation(ServingOutcome):
    """A workflow of the topic, until it has ended; else its best article, until the customer says that it did not
    help.
    """

    name = Outcome.AUTOMATION
    state = ContactState.AUTOMATING

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve: no workflow and no article, a topic that is not sure enough, or no article that
        stands out.
        """
        if contact.workflow.planned:
            return workflow_hindrance(contact)
        if not contact.answerable:
            passed_over = [workflow_hindrance(contact)] if contact.workflow.hindrances else []
            return "; ".join([*filter(None, passed_over), "no article answers this topic"])
        if unsure := below(contact.bars.automation, contact.confidence, "an article"):
            return unsure
        if contact.fit < contact.bars.article:
            return f"no article of the topic stands out: {down(contact.fit)} is below {down(contact.bars.article)}"
        return None

    def serve(self, asked: Asked) -> Route:
        """Returns the route with the workflow's run, or with the article that fits best."""
        notice = asked.snapshot.machine_notice(asked.facts.language)
        route, article = workflow_route(asked, replace(super().serve(asked), notice=notice)), asked.article
        if route.run or article is None:
            return route
        reasons = (*route.reasons, *article.reasons(asked.facts.language))
        confidence = round(asked.matter.confidence * article.fit, 4)
        return replace(route, article=article, confidence=confidence, reasons=reasons)

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Makes the run, if a workflow serves, or names the article that does."""
        if route.article is None:
            return begin_run(contact, route)
        return Entered(served_by=served_by(ServedBy.ARTICLE, route.article.article.name, route.article.version))

    async def leave(self, session: AsyncSession, contact: Contact, now: datetime, *, ended: bool) -> None:
        """Ends a run that was not called yet."""
        await leave_run(session, contact)
