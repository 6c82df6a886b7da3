-- Money that merchants send to people. One number of one merchant is one payout, wherever the payee's
-- shard is: the number is claimed by itself, as a trade's is.
CREATE TABLE payments.payout_claim (
    merchant_id uuid        NOT NULL,
    out_biz_no  text        NOT NULL,
    shard       smallint    NOT NULL,
    order_id    text        NOT NULL,
    claimed_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, out_biz_no)
);

-- On the payee's shard, where it leaves the merchant's sub-account and reaches the balance at once.
CREATE TABLE payments.payout (
    shard       smallint    NOT NULL,
    order_id    text        NOT NULL CHECK (order_id ~ '^[0-9]{28}$'),
    payout_id   uuid        NOT NULL,
    merchant_id uuid        NOT NULL,
    app_id      text        NOT NULL,
    out_biz_no  text        NOT NULL CHECK (char_length(out_biz_no) BETWEEN 1 AND 64),
    payee_id    uuid        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    title       text        NOT NULL,
    remark      text        NOT NULL,
    paid_at     timestamptz NOT NULL,
    PRIMARY KEY (shard, order_id),
    CHECK (substr(order_id, 9, 3)::int = shard)
);
