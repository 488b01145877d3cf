"""Cases have references, those from before there were any, too; and automatic answers are kept"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0036"
down_revision = "0035"

DRAWN = "substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (get_byte(uuid_send(gen_random_uuid()), 0) & 31) + 1, 1)"
# It also gives one to the cases that routers of the version before open meanwhile.
DEFAULT = " || ".join([*[DRAWN] * 4, "'-'", *[DRAWN] * 4])
INDEX = "uq_cases_reference"
ANSWERS = "automatic_answers"
CHECK = "ck_cases_reference"
# A few at a time, each few committed by itself: nobody waits for the others. What was left half done is done again.
FILL = """
DO $$
DECLARE
  latest text := '';
  few text[];
BEGIN
  LOOP
    SELECT array_agg(id ORDER BY id) INTO few FROM (
      SELECT id FROM cases WHERE id > latest AND reference IS NULL ORDER BY id LIMIT 2000) AS next;
    EXIT WHEN few IS NULL;
    BEGIN
      UPDATE cases SET reference = DEFAULT WHERE id = ANY(few) AND reference IS NULL;
      latest := few[array_upper(few, 1)];
    EXCEPTION WHEN unique_violation THEN NULL;  -- one was drawn twice: all of these are drawn again
    END;
    COMMIT;
  END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute("ALTER TABLE cases ADD COLUMN IF NOT EXISTS reference text")
    op.execute(f"ALTER TABLE cases ALTER COLUMN reference SET DEFAULT {DEFAULT}")
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "cases", postgresql_concurrently=True, if_exists=True)
        op.create_index(INDEX, "cases", ["workspace_id", "reference"], unique=True, postgresql_concurrently=True)
        op.execute(FILL)
    # A check that is valid already spares SET NOT NULL its look at all rows under a lock.
    op.execute(f"ALTER TABLE cases DROP CONSTRAINT IF EXISTS {CHECK}")
    op.execute(f"ALTER TABLE cases ADD CONSTRAINT {CHECK} CHECK (reference IS NOT NULL) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE cases VALIDATE CONSTRAINT {CHECK}")
    op.execute("ALTER TABLE cases ALTER COLUMN reference SET NOT NULL")
    op.execute(f"ALTER TABLE cases DROP CONSTRAINT {CHECK}")
    _make_answers()


def _make_answers() -> None:
    op.create_table(
        ANSWERS,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("written_at", TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", name=f"pk_{ANSWERS}"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=f"fk_{ANSWERS}_workspace_id_workspaces", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{ANSWERS}_case_id_cases", ondelete="CASCADE"),
    )
    real, unwritten = sa.text("why IS NULL"), sa.text("why IS NULL AND written_at IS NULL")
    op.create_index(f"ix_{ANSWERS}_case_id", ANSWERS, ["case_id"])
    op.create_index(f"uq_{ANSWERS}_of_case", ANSWERS, ["case_id"], unique=True, postgresql_where=real)
    op.create_index(f"ix_{ANSWERS}_to_address", ANSWERS, ["workspace_id", "address", "at"], postgresql_where=real)
    op.create_index(f"ix_{ANSWERS}_unwritten", ANSWERS, ["workspace_id", "contact_id"], postgresql_where=unwritten)


def downgrade() -> None:
    op.drop_table(ANSWERS)
    op.drop_column("cases", "reference")
