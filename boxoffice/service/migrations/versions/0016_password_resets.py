"""Letters with which people set a new password."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    text, moment = sa.String(length=255), sa.DateTime(timezone=True)
    op.create_table(
        "password_reset",
        sa.Column("id", text, nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("account_id", text, nullable=True),
        sa.Column("expires", moment, nullable=False),
        sa.Column("tried", moment, nullable=True),
        sa.Column("sent", moment, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_password_reset_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_password_reset"),
        sa.UniqueConstraint("digest", name="uq_password_reset_digest"),
    )
    op.create_index("ix_password_reset_account_id", "password_reset", ["account_id"])
    op.create_index("ix_password_reset_expires", "password_reset", ["expires"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("password_reset")
