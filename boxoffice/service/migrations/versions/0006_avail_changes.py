"""Who changed which avails; exceptions to a territory; reported days."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "avail_change",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avail_change")),
        sa.UniqueConstraint("undoes", name=op.f("uq_avail_change_undoes")),
    )
    with op.batch_alter_table("avail_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_avail_change_made"), ["made"], unique=False)
    op.create_table(
        "territory_exception",
        sa.Column("account_id", sa.String(length=255), nullable=False),
        sa.Column("territory", sa.String(length=255), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_territory_exception_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_territory_exception")),
    )
    op.create_table(
        "reported_day",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("night", sa.String(length=10), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", "edition", name=op.f("pk_reported_day")),
    )
    with op.batch_alter_table("reported_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reported_day_night"), ["night"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    for table in ("reported_day", "territory_exception", "avail_change"):
        op.drop_table(table)
