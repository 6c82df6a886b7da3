-- What a refund took back of what its trade was split into, from whom: in the refund's own commit.
CREATE TABLE payments.royalty_return (
    shard          smallint    NOT NULL,
    trade_no       text        NOT NULL,
    out_request_no text        NOT NULL,
    place          smallint    NOT NULL,
    refund_id      uuid        NOT NULL,
    merchant_id    uuid        NOT NULL,
    receiver_no    text        NOT NULL,
    receiver_id    uuid        NOT NULL,
    receiver_shard smallint,             -- of a person; a merchant's is the trade's
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    memo           text        NOT NULL,
    returned_at    timestamptz NOT NULL,
    PRIMARY KEY (shard, trade_no, out_request_no, place),
    FOREIGN KEY (shard, trade_no, out_request_no)
        REFERENCES payments.refund (shard, trade_no, out_request_no)
);
