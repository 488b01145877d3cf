"""Models are kept as files, so that a process loads them and fits nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("triage_models", sa.Column("fitted", sa.LargeBinary(), nullable=True))
    op.add_column("triage_models", sa.Column("fitted_sha256", sa.Text(), nullable=True))
    op.add_column("triage_models", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("sensitivity_models", sa.Column("model_sha256", sa.Text(), nullable=True))
    op.execute(
        "UPDATE sensitivity_models SET model_sha256 = encode(sha256(model), 'hex') WHERE model IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("sensitivity_models", "model_sha256")
    op.drop_column("triage_models", "attempts")
    op.drop_column("triage_models", "fitted_sha256")
    op.drop_column("triage_models", "fitted")
