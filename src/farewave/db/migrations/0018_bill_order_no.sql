-- The other side's number of what a bill is of: people look a bill up by what a shop told them.
ALTER TABLE wallet.bill ADD COLUMN order_no text NOT NULL DEFAULT ''
    CHECK (length(order_no) <= 64);
