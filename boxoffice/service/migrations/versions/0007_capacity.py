"""A title's capacity."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.add_column("title", sa.Column("capacity", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("title", "capacity")  # not in a batch: other tables point at this one
