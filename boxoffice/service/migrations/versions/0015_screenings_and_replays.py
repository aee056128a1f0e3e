"""Online screenings with places of their own, and how much was shown again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    text = sa.String(length=255)
    op.create_table(
        "online_screening",
        sa.Column("id", text, nullable=False),
        sa.Column("title_id", text, nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", text, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("late_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name="fk_online_screening_title_id_title"),
        sa.PrimaryKeyConstraint("id", name="pk_online_screening"),
    )
    op.create_index("ix_online_screening_title_id", "online_screening", ["title_id"])
    for table in ("purchase", "ticket"):
        op.add_column(table, sa.Column("screening_id", text, nullable=True))
        some = sa.text("screening_id IS NOT NULL")
        op.create_index(f"ix_{table}_screening", table, ["screening_id"], sqlite_where=some, postgresql_where=some)
    for table in ("ticket", "play"):
        op.add_column(table, sa.Column("shown_ms", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Go back to the version before."""
    for table in ("ticket", "play"):
        op.drop_column(table, "shown_ms")  # not in a batch: other tables point at these
    for table in ("purchase", "ticket"):
        op.drop_index(f"ix_{table}_screening", table)
        op.drop_column(table, "screening_id")
    op.drop_table("online_screening")
