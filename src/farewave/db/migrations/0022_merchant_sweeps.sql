-- A merchant's money on its way from its sub-account on one shard to that on another. The row is on
-- the shard that the money left, and says until it has arrived what is still to be done.
CREATE TABLE payments.sweep (
    shard       smallint    NOT NULL,
    sweep_id    uuid        NOT NULL,
    merchant_id uuid        NOT NULL,
    to_shard    smallint    NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    created_at  timestamptz NOT NULL,
    arrived_at  timestamptz,
    check_at    timestamptz NOT NULL, -- until it has arrived: when the job looks at it next
    PRIMARY KEY (shard, sweep_id),
    CHECK (shard <> to_shard)
);
CREATE INDEX sweep_under_way ON payments.sweep (shard, check_at) WHERE arrived_at IS NULL;
