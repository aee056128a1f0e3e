"""Payments with their attempts, refunds, and notices of payment providers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("charge", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=255), nullable=False),
        sa.Column("refunded_minor", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.String(length=255), nullable=True),
        sa.CheckConstraint("refunded_minor >= 0 AND refunded_minor <= minor", name=op.f("ck_payment_refunded")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase.id"], name=op.f("fk_payment_order_id_purchase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("order_id", "attempt", name=op.f("uq_payment_order_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_charge"), ["charge"], unique=False)
    op.create_table(
        "refund",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("payment_id", sa.String(length=255), nullable=True),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["purchase.id"], name=op.f("fk_refund_order_id_purchase")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("order_id", "key", name=op.f("uq_refund_order_id")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_state"), ["state"], unique=False)
    op.create_table(
        "payment_notice",
        sa.Column("provider", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_payment_notice")),
    )
    with op.batch_alter_table("payment_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_notice_received"), ["received"], unique=False)
    op.execute(
        "INSERT INTO payment (id, order_id, attempt, provider, reference, page, charge, state, minor, currency,"
        " refunded_minor, created, settled)"
        " SELECT purchase.id || '-1', purchase.id, 1, 'test', test.id, '/test-provider/pay/' || test.id, test.id,"
        " test.state, test.minor, test.currency, 0, test.created,"
        " CASE test.state WHEN 'open' THEN NULL ELSE purchase.changed END"
        " FROM purchase JOIN test_payment AS test ON test.id = purchase.payment"
    )
    op.execute("UPDATE purchase SET payment = id || '-1' WHERE payment IS NOT NULL")


def downgrade() -> None:
    """Go back to the version before."""
    op.execute(
        "UPDATE purchase SET payment = (SELECT reference FROM payment WHERE payment.id = purchase.payment)"
        " WHERE payment IS NOT NULL"
    )
    op.drop_table("payment_notice")
    op.drop_table("refund")
    op.drop_table("payment")
