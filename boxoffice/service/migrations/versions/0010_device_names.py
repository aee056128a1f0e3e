"""A sign-in knows what its device is called."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.add_column("token_family", sa.Column("device_name", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("token_family", "device_name")  # not in a batch: other tables point at this one
