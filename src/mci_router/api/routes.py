"""Routes: all that the API answers, in the order in which a path is looked for."""

from fastapi import Depends, FastAPI

from mci_router.access.sign_in import SignInCode
from mci_router.api import (
    adapters,
    agents,
    api_keys,
    articles,
    attachments,
    audit,
    backlog,
    callbacks,
    cases,
    configuration,
    consulting,
    contact_actions,
    contact_intake,
    contacts,
    conversation_end,
    customer_files,
    customers,
    decisions,
    escalations,
    exports,
    guides,
    health,
    incidents,
    interval_history,
    interval_reports,
    ladder_report,
    live,
    matrix,
    members,
    message_changes,
    message_intake,
    messages,
    modality,
    moderation,
    monitors,
    opt_outs,
    parking,
    person_report,
    posts,
    privacy,
    problems,
    queues,
    receipts,
    reports,
    result_reports,
    retention_report,
    runs,
    scorecard,
    service_levels,
    sign_in,
    survey_answers,
    survey_reports,
    times_of_day,
    titles,
    trends,
    triage,
    verification,
    waiting,
    webhook_deliveries,
    webhooks,
)
from mci_router.api.coaching import actions as coaching_actions
from mci_router.api.coaching import certificates as coaching_certificates
from mci_router.api.coaching import cohorts as coaching_cohorts
from mci_router.api.coaching import forms as coaching_forms
from mci_router.api.coaching import reviews as coaching_reviews
from mci_router.api.coaching import weeks as coaching_weeks
from mci_router.api.customer import keys as customer_keys
from mci_router.api.customer import sessions as customer_sessions
from mci_router.api.customer import socket as customer_socket
from mci_router.api.desk import socket as agent_socket
from mci_router.api.query import refuse_unknown_query
from mci_router.api.router import take_in
from mci_router.api.workforce import adherence as workforce_adherence
from mci_router.api.workforce import calendars as agents_calendars
from mci_router.api.workforce import exceptions as workforce_exceptions
from mci_router.api.workforce import forecast as workforce_forecast
from mci_router.api.workforce import intraday as workforce_intraday
from mci_router.api.workforce import schedules, shifts, swaps, time_off
from mci_router.api.workforce import staffing as workforce_staffing

ROUTERS = (
    contact_intake,
    message_intake,  # first, as `LeanWay` answers for these two before it is looked for any other
    contacts,
    consulting,
    conversation_end,
    decisions,
    callbacks,
    waiting,
    contact_actions,
    cases,
    messages,
    modality,
    message_changes,
    attachments,
    parking,
    escalations,
    guides,
    opt_outs,
    verification,
    customers,
    customer_files,
    privacy,
    customer_sessions,
    posts,
    moderation,
    members,
    adapters,
    receipts,
    runs,  # before, as the next, the routes of all resources
    articles,  # before the routes of all resources, whose paths begin alike
    configuration,
    agents,
    queues,
    api_keys,
    customer_keys,
    audit,
    webhooks,
    webhook_deliveries,
    live,
    matrix,
    reports,
    scorecard,
    ladder_report,
    retention_report,
    interval_reports,
    result_reports,
    workforce_staffing,
    person_report,
    times_of_day,
    titles,
    service_levels,
    trends,
    interval_history,
    exports,
    backlog,
    triage,
    incidents,
    monitors,
    survey_answers,
    survey_reports,
    coaching_cohorts,
    coaching_weeks,
    coaching_forms,
    coaching_reviews,
    coaching_actions,
    workforce_forecast,
    coaching_certificates,
    workforce_adherence,
    workforce_exceptions,
    workforce_intraday,
    schedules,
    shifts,
    swaps,
    time_off,
    agents_calendars,
    problems,
    health,
)
"""They refuse unknown query parameters; sockets and pages ignore them."""


def install(app: FastAPI, codes: SignInCode | None) -> None:
    """Gives the service the routes of the API; with `codes`, also the one by which a link signs in to the desk."""
    take_in(app, agent_socket.router)  # first: who looks for it goes by no other route
    take_in(app, customer_socket.router)
    for module in ROUTERS:
        take_in(app, module.router, [Depends(refuse_unknown_query)])
    if codes:
        take_in(app, sign_in.router(codes), [Depends(refuse_unknown_query)])
