"""Facts of surveys: sent and answered ones counted by the quarter-hour in which they were sent, score by score.

An answer counts where its survey was sent, however late it comes, so that a share answered is one of the same people. A
changed answer is counted out under its old score and in under its new one, in the transaction that changes it.
"""

from mci_router.vocabulary import SurveyKind

DIMENSIONS = ("kind", "survey", "queue", "agent", "topic", "channel", "cell")
SCORES = tuple(f"score_{score}" for score in SurveyKind.NPS.scale)
MEASURES = ("sent", "answered", *SCORES)
KEY = ("starts_at", *DIMENSIONS)

_OF_INVITATION = ", ".join(f"i.{name}" for name in DIMENSIONS)
_STARTS = "date_bin('15 minutes', i.sent_at, 'epoch')"
_ADDED = ", ".join(f"{name} = f.{name} + excluded.{name}" for name in MEASURES)


def _counted(rows: str, measures: str, values: str) -> str:
    return f"""
      INSERT INTO interval_surveys AS f (workspace_id, {", ".join(KEY)}, {measures})
      SELECT i.workspace_id, {_STARTS}, {_OF_INVITATION}, {values} FROM {rows} AS i
      ON CONFLICT (workspace_id, {", ".join(KEY)}) DO UPDATE SET {_ADDED}
    """  # noqa: S608 — names above


def sent(invitations: str) -> str:
    """Returns the SQL that counts invitations, rows that `invitations` names, as sent."""
    return _counted(invitations, "sent", "1")


def answered(invitations: str) -> str:
    """Returns the SQL that counts the answer to an invitation: `:score` instead of `:before`, which is null for the
    first one.
    """
    of_score = (
        f"(CAST(:score AS int) = {score})::int - COALESCE((CAST(:before AS int) = {score})::int, 0)"
        for score in SurveyKind.NPS.scale
    )
    first = "(CAST(:before AS int) IS NULL)::int"
    return _counted(invitations, f"answered, {', '.join(SCORES)}", ", ".join((first, *of_score)))


AGAIN = f"""
    SELECT {_STARTS} AS starts_at, {_OF_INVITATION}, count(*) AS sent, count(a.score) AS answered,
      {", ".join(f"count(*) FILTER (WHERE a.score = {score}) AS score_{score}" for score in SurveyKind.NPS.scale)}
    FROM survey_invitations i LEFT JOIN survey_answers a ON a.contact_id = i.contact_id
    WHERE i.workspace_id = :workspace AND i.state = 'sent'
    GROUP BY {_STARTS}, {_OF_INVITATION}
"""  # noqa: S608 — names above
"""Counts them again, of the rows that they come from."""
