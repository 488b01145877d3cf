"""Tables: what each of them has of a customer, and what an erasure leaves there. A test holds it against the models.

Who adds a table says here what it has of people. The first list is in `docs/how-to/erase-customers.md`, word by word.
"""

from collections.abc import Mapping

GONE = "nothing"

LEFT: Mapping[str, str] = {
    "customers": GONE,
    "customer_addresses": GONE,
    "customer_merges": GONE,
    "customer_sessions_ended": "the id, and a fingerprint of the external id, until every older token has expired",
    "erasures": "the ids, and when it was asked for and done",
    "cases": "times and topic, closed; another reference",
    "contacts": "times, topic, queue, agent, state, language and channel; a disposition if it is the workspace's",
    "decisions": "topic, figures, outcome and queue; no reasons, no draft, no answer of a board",
    "events": "what happened when; no notes, reasons, dispositions or messages",
    "messages": "who of whom wrote when, and that it is erased",
    "message_revisions": GONE,
    "message_keys": GONE,
    "read_marks": "up to where each side had read",
    "outbound_messages": GONE,
    "unannounced_messages": GONE,
    "untold_changes": "ids, for a moment",
    "attachments": "nothing, within seconds; the bytes go first",
    "idempotency_keys": GONE,
    "automatic_answers": "whether it was acknowledged",
    "survey_candidates": "the contact's id",
    "survey_invitations": "which survey, and when; it is over, and its link leads nowhere",
    "survey_answers": "the score",
    "guide_answers": "which steps were done",
    "modality_moves": "where it was moved, when and by whom",
    "summary_consents": "what was answered to the question, and when",
    "corrections": GONE,
    "triage_models": "examples without the texts that came from the customer; the fitted model is made again",
    "knowledge_entries": "nothing of the customer's posts and replies",
    "knowledge_vectors": "nothing of the customer's posts and replies",
    "knowledge_gaps": "words that others have searched for, too",
    "posts": "that there was one, hidden and empty",
    "replies": "that there was one, hidden and empty",
    "community_members": GONE,
    "community_flags": "nothing by the customer; of others' flags the reason",
    "community_followers": GONE,
    "community_news": "ids, for a moment",
    "workflow_runs": "workflow, state, times, amount and the names of its steps",
    "run_approvals": "who decided what, and when",
    "workflow_counts": GONE,
    "coaching_reviews": "the agent's scores; no comment, no texts",
    "retentions": "figures",
    "inserted_answers": "which written answer was used",
    "escalations": "severity, times and who was paged",
    "incident_subscriptions": "which incident, and when",
    "incidents": "ids of contacts among the examples of a surge, and words that several customers used",
    "contact_resolutions": "what served it, and whether that was enough",
    "contact_repetitions": "whether another contact followed",
    "result_checks": "ids, for a moment",
    "segments": "queue, agent and times of each stay",
    "offers": "to whom it was offered and when; no reason",
    "participants": "which agents took part",
    "webhook_deliveries": "that it was sent; no record, no notes",
    "audit": "who did what when; no reasons and no texts about the contacts and runs",
}
"""By table: what is left when a customer is erased."""

NOTHING = frozenset(
    {
        *("adapter_links", "adherence_exceptions", "intraday_rounds", "move_proposals", "api_keys", "backfills"),
        *("agent_certificates", "coaching_actions", "customer_keys", "triage_holdout", "incident_updates"),
        *("article_versions", "article_drafts", "monitors", "monitor_alerts", "replanning", "resources"),
        *("article_reads", "schedules", "shifts", "shift_swaps", "time_off", "schedule_news", "calendar_feeds"),
        *("sensitivity_models", "staffing_jobs", "interval_surveys", "suspensions", "trend_digests", "webhooks"),
        *("workflow_links", "workspaces", "attachment_accounts", "interval_stays", "daily_stays"),
        *("interval_arrivals", "daily_arrivals", "interval_changes", "interval_person_asks", "report_zones"),
        *("agent_states", "interval_demand", "forecasts", "forecast_progress", "imported_intervals"),
        *("export_leases", "reporting_roles", "report_mails", "interval_resolutions", "daily_resolutions"),
        *("interval_repetitions", "daily_repetitions", "interval_reads", "daily_reads"),
    }
)
"""Tables that have nothing of a customer: configuration, agents, sums, and what operators wrote themselves."""

NOT_EXPORTED: Mapping[str, str] = {
    "erasures": "there is none of a customer who is there",
    "message_keys": "fingerprints, by which a message is written once",
    "outbound_messages": "messages on their way, which are exported as messages",
    "unannounced_messages": "ids, for a moment",
    "untold_changes": "ids, for a moment",
    "idempotency_keys": "a copy of what the contact was answered, for a day",
    "survey_candidates": "ids, for a moment",
    "result_checks": "ids, for a moment",
    "community_news": "ids, for a moment",
    "triage_models": "a copy of corrections, which are exported",
    "knowledge_entries": "a copy of posts and replies, which are exported",
    "knowledge_vectors": "numbers that are made of posts and replies",
    "knowledge_gaps": "fingerprints of a few who searched: nobody can tell whose",
    "workflow_counts": "sums of runs, which are exported",
    "coaching_reviews": "an agent's work is judged, not the customer",
    "incidents": "ids of contacts among the examples of a surge",
    "participants": "agents' times",
    "webhook_deliveries": "copies of events, which are exported",
    "audit": "acts of the company's people; `GET /v1/audit?target=` has those about a customer",
}
"""By table with something of a customer: why it is in no export."""
