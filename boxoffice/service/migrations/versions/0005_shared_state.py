"""What several processes share: used proofs, and the catalogue's version."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    # Lives three minutes and may be lost in a crash: no commit of it waits for PostgreSQL's disk.
    unlogged = ["UNLOGGED"] if op.get_context().dialect.name == "postgresql" else []
    op.create_table(
        "used_proof",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_used_proof")),
        prefixes=unlogged,
    )
    op.create_index(op.f("ix_used_proof_expires"), "used_proof", ["expires"])
    version = op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
    )
    op.bulk_insert(version, [{"id": 1, "version": 1}])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("catalogue_version")
    op.drop_index(op.f("ix_used_proof_expires"), "used_proof")
    op.drop_table("used_proof")
