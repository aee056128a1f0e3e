"""Avails with states, exceptions, an announcement and a price tier."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("avail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("except_territories", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("announced_from", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("tier", sa.String(length=255), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("avail", schema=None) as batch_op:
        batch_op.drop_column("tier")
        batch_op.drop_column("announced_from")
        batch_op.drop_column("except_territories")
