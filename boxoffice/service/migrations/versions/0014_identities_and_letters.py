"""People whom another OpenID provider knows, and letters about tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_identity_account_id_account"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identity"),
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"])
    op.add_column("account", sa.Column("language", sa.String(length=255), nullable=True))
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "letter",
        sa.Column("ticket_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("made", moment, nullable=False),
        sa.Column("tried", moment, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", moment, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_letter_ticket_id_ticket"),
        sa.PrimaryKeyConstraint("ticket_id", "kind", name="pk_letter"),
    )
    op.create_index("ix_letter_made", "letter", ["made"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("letter")
    op.drop_column("account", "language")  # not in a batch: other tables point at this one
    op.drop_table("identity")
