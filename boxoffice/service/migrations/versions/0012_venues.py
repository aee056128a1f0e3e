"""Venues: their devices, what came from these, and what they go by."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "venue",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=True),
        sa.Column("code_ends", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("code", name=op.f("uq_venue_code")),
    )
    op.create_table(
        "venue_device",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("venue_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("x", sa.String(length=255), nullable=False),
        sa.Column("licence_key", sa.String(length=255), nullable=False),
        sa.Column("sale_key", sa.Integer(), nullable=False),
        sa.Column("enrolled", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.String(length=255), nullable=False),
        sa.Column("removed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_device_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_device")),
    )
    with op.batch_alter_table("venue_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_device_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "venue_file",
        sa.Column("venue_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_file_venue_id_venue")),
        sa.PrimaryKeyConstraint("venue_id", "kind", name=op.f("pk_venue_file")),
    )
    op.create_table(
        "venue_licence",
        sa.Column("venue_id", sa.String(length=255), nullable=False),
        sa.Column("package_id", sa.String(length=255), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_venue_licence_package_id_package")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_licence_venue_id_venue")),
        sa.PrimaryKeyConstraint("venue_id", "package_id", name=op.f("pk_venue_licence")),
    )
    op.create_table(
        "venue_alarm",
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["venue_device.id"], name=op.f("fk_venue_alarm_device_id_venue_device")),
        sa.PrimaryKeyConstraint("device_id", "code", "about", name=op.f("pk_venue_alarm")),
    )
    op.create_table(
        "venue_batch",
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=255), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["venue_device.id"], name=op.f("fk_venue_batch_device_id_venue_device")),
        sa.PrimaryKeyConstraint("device_id", "key", name=op.f("pk_venue_batch")),
    )
    with op.batch_alter_table("venue_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_batch_received"), ["received"], unique=False)

    op.create_table(
        "venue_head",
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["venue_device.id"], name=op.f("fk_venue_head_device_id_venue_device")),
        sa.PrimaryKeyConstraint("device_id", "seq", name=op.f("pk_venue_head")),
    )
    op.create_table(
        "venue_record",
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("venue_id", sa.String(length=255), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("screening", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("ticket", sa.String(length=255), nullable=False),
        sa.Column("gate", sa.String(length=255), nullable=False),
        sa.Column("how", sa.String(length=255), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=255), nullable=False),
        sa.Column("batch", sa.String(length=255), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["venue_device.id"], name=op.f("fk_venue_record_device_id_venue_device")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_record_venue_id_venue")),
        sa.PrimaryKeyConstraint("device_id", "seq", name=op.f("pk_venue_record")),
    )
    with op.batch_alter_table("venue_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_record_ticket"), ["ticket"], unique=False)
        batch_op.create_index("ix_venue_record_venue_kind", ["venue_id", "kind"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    for table in (
        "venue_record",
        "venue_head",
        "venue_batch",
        "venue_alarm",
        "venue_licence",
        "venue_file",
        "venue_device",
        "venue",
    ):
        op.drop_table(table)
