"""Cases have references, those from before there were any, too"""

from alembic import op

revision = "0036"
down_revision = "0035"

DRAWN = "substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (get_byte(uuid_send(gen_random_uuid()), 0) & 31) + 1, 1)"
# It also gives one to the cases that routers of the version before open meanwhile.
DEFAULT = " || ".join([*[DRAWN] * 4, "'-'", *[DRAWN] * 4])
INDEX = "uq_cases_reference"
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


def downgrade() -> None:
    op.drop_column("cases", "reference")
