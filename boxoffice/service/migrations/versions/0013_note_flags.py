"""What viewers say of a film's notes, without who says it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "note_flag",
        sa.Column("digest", sa.String(length=255), nullable=False),
        sa.Column("title_id", sa.String(length=255), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("flag", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_note_flag_title_id_title")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_note_flag")),
    )
    with op.batch_alter_table("note_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_flag_title_id"), ["title_id"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("note_flag")
