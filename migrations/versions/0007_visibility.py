"""Visibility: what came in privately is told apart, asked about before it is posted, and hidden

Posts that were made of private contacts before anybody was asked are hidden: moderators still see them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    visibility = sa.Enum("private", "public", name="visibility", native_enum=False, create_constraint=False, length=32)
    op.add_column("contacts", sa.Column("visibility", visibility, server_default="private", nullable=False))
    op.create_check_constraint(
        op.f("ck_contacts_visibility"), "contacts", "visibility IN ('private', 'public')", postgresql_not_valid=True
    )
    op.execute("ALTER TABLE contacts VALIDATE CONSTRAINT ck_contacts_visibility")
    op.execute("UPDATE contacts SET visibility = 'public' WHERE channel = 'community'")
    for table, column in (("contacts", "can_ask"), ("contacts", "asking"), ("posts", "hidden"), ("replies", "hidden")):
        op.add_column(table, sa.Column(column, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute(
        "UPDATE posts SET hidden = true FROM contacts c WHERE c.id = posts.contact_id AND c.visibility = 'private'"
    )


def downgrade() -> None:
    op.execute("DELETE FROM replies WHERE hidden")  # the version before would show them
    op.execute("DELETE FROM posts WHERE hidden")
    for table, column in (("replies", "hidden"), ("posts", "hidden"), ("contacts", "asking"), ("contacts", "can_ask")):
        op.drop_column(table, column)
    op.drop_column("contacts", "visibility")
