"""Facts of results: what became of contacts, counted by quarter-hours in the statement that writes it.

A result that changes is taken back as it was and counted as it is, as stays are (`stay_facts`): facts are the sum of
the results at any moment.
"""

from collections.abc import Mapping, Sequence

from mci_router.insight.stay_facts import SETTLED, changed_days
from mci_router.values import value


@value
class ResultFacts:
    """A kind of results: the table of its rows, in which `at` is the moment that they are counted at.

    `dimensions` and `measures` are SQL over a row `r`, by name.
    """

    kind: str
    table: str
    at: str
    dimensions: Mapping[str, str]
    measures: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """What tells two of its facts apart, beside the workspace."""
        return ("starts_at", *self.dimensions)

    def facts_of(self, rows: str) -> str:
        """Returns the SQL that counts rows of one workspace, which `rows` selects with a `sign`: 1 to count, -1 to take
        back. What comes to nothing is left out.
        """
        by = ", ".join(f"COALESCE({sql}, '') AS {name}" for name, sql in self.dimensions.items())
        sums = ", ".join(f"sum(sign * ({sql})::int)::bigint AS {name}" for name, sql in self.measures.items())
        places = ", ".join(str(place) for place in range(1, len(self.dimensions) + 2))
        return f"""
          SELECT * FROM (
            SELECT date_bin('15 minutes', r.{self.at}, 'epoch') AS starts_at, {by}, {sums} FROM ({rows}) AS r
            GROUP BY {places}
          ) AS summed WHERE ({" <> 0 OR ".join(self.measures)} <> 0)
        """  # noqa: S608 — made of the expressions below

    def counted(self, change: str, workspace: str) -> str:
        """Returns the parts of a WITH that change rows by `change`, an INSERT, and count them.

        `workspace` is SQL for the id of the workspace.
        """
        kind, keys, names = self.kind, ", ".join(self.key), ", ".join(self.measures)

        def version(row: str, sign: int) -> str:
            return f"SELECT {sign} AS sign, ({row}).* FROM {kind}_changed WHERE ({row}).workspace_id IS NOT NULL"  # noqa: S608

        return f"""
        {kind}_changed AS ({change} RETURNING old AS before, new AS after),
        {kind}_facts AS MATERIALIZED ({self.facts_of(f"{version('before', -1)} UNION ALL {version('after', 1)}")}),
        {kind}_counted AS (
          INSERT INTO interval_{kind} AS f (workspace_id, {keys}, {names}, revision)
          SELECT {workspace}, {keys}, {names}, (starts_at < now() - {SETTLED})::int FROM {kind}_facts ORDER BY {keys}
          ON CONFLICT (workspace_id, {keys}) DO UPDATE SET
            {", ".join(f"{name} = f.{name} + excluded.{name}" for name in self.measures)},
            revision = f.revision + (f.starts_at < now() - {SETTLED})::int
        ),
        days_of_{kind} AS ({changed_days(kind, f"{kind}_facts", workspace)})
        """  # noqa: S608 — made of the expressions below

    def written(self, judged: str, columns: Sequence[str], key: Sequence[str]) -> str:
        """Returns the INSERT that writes what `judged` selects, in order; a row that is there is changed."""
        same = [name for name in columns if name not in key]
        return f"""
          INSERT INTO {self.table} AS t ({", ".join(columns)}) {judged}
          ON CONFLICT ({", ".join(key)}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in same)}
          WHERE ({_of("t", same)}) IS DISTINCT FROM ({_of("excluded", same)})
        """


def _of(row: str, names: Sequence[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def _is(*results: str) -> str:
    return f"r.result IN ({', '.join(repr(one) for one in results)})"


RESOLUTIONS = ResultFacts(
    "resolutions",
    "contact_resolutions",
    "ended_at",
    {
        **{name: f"r.{name}" for name in ("outcome", "topic", "cell", "channel")},
        "served_by": "r.served_by ->> 'kind'",
        "ref": "r.served_by ->> 'ref'",
        "version": "r.served_by ->> 'version'",
    },
    {
        "served": "1",
        **{name: _is(name) for name in ("confirmed", "unconfirmed", "returned")},
        "returned_confirmed": f"{_is('returned')} AND r.confirmed",
        **{name: _is(name) for name in ("moved_on", "gave_up", "unrecognised")},
    },
)
"""Contacts that automation or the community served, counted when they ended."""

REPETITIONS = ResultFacts(
    "repetitions",
    "contact_repetitions",
    "accepted_at",
    {name: f"r.{name}" for name in ("queue", "agent", "topic", "channel", "outcome")},
    {
        "contacts": "1",
        "first": _is("first"),
        "repeated": f"{_is('first')} AND r.repeated_by IS NOT NULL",
        "repeats": _is("repeat"),
        **{name: _is(name) for name in ("abandoned", "cancelled")},
        "incidents": _is("incident"),
        "machines": _is("machine"),
        "opt_outs": _is("opt_out"),
        "unmatched": _is("unmatched"),
    },
)
"""Contacts that have ended, counted when they were accepted."""

READS = ResultFacts(
    "reads",
    "article_reads",
    "at",
    {"article": "r.article", "version": "r.version::text", "topic": "r.topic", "by": "r.by"},
    {"reads": "1", **{name: _is(name) for name in ("helped", "not_helped", "followed", "silent")}},
)
"""Articles that were read without a contact, counted when they were read."""

KINDS = (RESOLUTIONS, REPETITIONS, READS)
