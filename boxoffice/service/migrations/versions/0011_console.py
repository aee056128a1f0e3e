"""What staff did in the console, and files of avails that they look at before accepting."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "avail_draft",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("form", sa.String(length=255), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avail_draft")),
    )
    op.create_table(
        "console_act",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=255), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_act")),
    )
    with op.batch_alter_table("avail_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_avail_draft_account_id"), ["account_id"], unique=False)
    with op.batch_alter_table("console_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_act_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_console_act_made"), ["made"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("console_act")
    op.drop_table("avail_draft")
