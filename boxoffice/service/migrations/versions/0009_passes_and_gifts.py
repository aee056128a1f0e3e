"""Passes of several tickets, gifts, and tickets given for a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "voucher_use",
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("voucher", sa.String(length=255), nullable=False),
        sa.Column("title_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["purchase.id"], name=op.f("fk_voucher_use_order_id_purchase")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_voucher_use")),
        sa.UniqueConstraint("voucher", "title_id", name=op.f("uq_voucher_use_voucher")),
    )
    op.execute(
        "INSERT INTO voucher_use (order_id, voucher, title_id) "
        "SELECT order_id, digest, title_id FROM voucher WHERE order_id IS NOT NULL"
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_voucher_order_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_voucher_order_id_purchase"), type_="foreignkey")
        batch_op.drop_column("order_id")
        batch_op.alter_column("title_id", existing_type=sa.String(length=255), nullable=True)
        batch_op.add_column(sa.Column("section_id", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("tickets", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("account_id", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("ends", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_voucher_account_id_account"), "account", ["account_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_voucher_account_id"), ["account_id"], unique=False)
    with op.batch_alter_table("voucher_use", schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f("fk_voucher_use_voucher_voucher"), "voucher", ["voucher"], ["digest"])
    # Not in batches: other tables point at these.
    op.add_column("purchase", sa.Column("gift", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("purchase", sa.Column("reason", sa.String(length=255), nullable=True))
    op.add_column("purchase", sa.Column("given_by", sa.String(length=255), nullable=True))
    op.add_column("ticket", sa.Column("gift", sa.String(length=255), nullable=True))
    op.add_column("ticket", sa.Column("claimed", sa.DateTime(timezone=True), nullable=True))
    op.create_index("uq_ticket_gift", "ticket", ["gift"], unique=True)


def downgrade() -> None:
    """Go back to the version before. Passes are more than it knew: they become vouchers for what they paid last."""
    op.drop_index("uq_ticket_gift", table_name="ticket")
    op.drop_column("ticket", "claimed")
    op.drop_column("ticket", "gift")
    op.drop_column("purchase", "given_by")
    op.drop_column("purchase", "reason")
    op.drop_column("purchase", "gift")
    with op.batch_alter_table("voucher_use", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_voucher_use_voucher_voucher"), type_="foreignkey")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voucher_account_id"))
        batch_op.drop_constraint(batch_op.f("fk_voucher_account_id_account"), type_="foreignkey")
        batch_op.drop_column("ends")
        batch_op.drop_column("account_id")
        batch_op.drop_column("tickets")
        batch_op.drop_column("section_id")
        batch_op.add_column(sa.Column("order_id", sa.String(length=255), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_voucher_order_id_purchase"), "purchase", ["order_id"], ["id"])
        batch_op.create_unique_constraint(batch_op.f("uq_voucher_order_id"), ["order_id"])
    op.execute(
        "UPDATE voucher SET order_id = (SELECT min(order_id) FROM voucher_use "
        "WHERE voucher_use.voucher = voucher.digest)"
    )
    op.execute(
        "UPDATE voucher SET title_id = "
        "(SELECT title_id FROM voucher_use WHERE voucher_use.order_id = voucher.order_id) "
        "WHERE title_id IS NULL"
    )
    op.execute("DELETE FROM voucher WHERE title_id IS NULL")
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.alter_column("title_id", existing_type=sa.String(length=255), nullable=False)
    op.drop_table("voucher_use")
