-- Splitting what a trade brought: with whom a merchant may, and what it has split. A merchant's
-- relations are on its home shard, a settlement on its trade's.
CREATE TABLE payments.royalty_relation (
    shard       smallint    NOT NULL,
    merchant_id uuid        NOT NULL,
    receiver_no text        NOT NULL,
    type        text        NOT NULL CHECK (type IN ('userId', 'loginName')),
    account     text        NOT NULL,
    name        text        NOT NULL,
    memo        text        NOT NULL,
    bound_at    timestamptz NOT NULL,
    PRIMARY KEY (shard, merchant_id, receiver_no)
);

CREATE TABLE payments.settlement (
    shard          smallint    NOT NULL,
    trade_no       text        NOT NULL,
    out_request_no text        NOT NULL CHECK (char_length(out_request_no) BETWEEN 1 AND 64),
    settle_no      text        NOT NULL CHECK (settle_no ~ '^[0-9]{28}$'),
    settlement_id  uuid        NOT NULL,
    merchant_id    uuid        NOT NULL,
    digest         bytea       NOT NULL,
    finishes       boolean     NOT NULL,
    settled_at     timestamptz NOT NULL,
    PRIMARY KEY (shard, trade_no, out_request_no),
    UNIQUE (shard, settle_no),
    FOREIGN KEY (shard, trade_no) REFERENCES payments.trade (shard, trade_no),
    CHECK (substr(settle_no, 9, 3)::int = shard)
);

-- A part goes to another merchant's sub-account on the trade's shard, or into a person's balance,
-- which may be on another one: then it has left, and arrives in a moment.
CREATE TABLE payments.settlement_part (
    shard          smallint    NOT NULL,
    settle_no      text        NOT NULL,
    place          smallint    NOT NULL,
    settlement_id  uuid        NOT NULL,
    merchant_id    uuid        NOT NULL,
    receiver_no    text        NOT NULL,
    receiver_id    uuid        NOT NULL,
    receiver_shard smallint,             -- of a person; a merchant's is the trade's
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    memo           text        NOT NULL,
    left_at        timestamptz NOT NULL,
    arrived_at     timestamptz,
    check_at       timestamptz NOT NULL,
    PRIMARY KEY (shard, settle_no, place)
);
CREATE INDEX settlement_part_under_way ON payments.settlement_part (shard, check_at)
    WHERE arrived_at IS NULL;
