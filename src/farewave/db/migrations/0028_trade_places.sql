-- Where a merchant sold something: its own numbers of the store, the till and whoever stood there. Few
-- trades have any, and they are written once, so they stand beside the trade.
CREATE TABLE payments.trade_place (
    shard       smallint NOT NULL,
    trade_no    text     NOT NULL,
    store_id    text,
    terminal_id text,
    operator_id text,
    PRIMARY KEY (shard, trade_no)
);
ALTER TABLE payments.checkout
    ADD COLUMN store_id    text,
    ADD COLUMN terminal_id text,
    ADD COLUMN operator_id text;
