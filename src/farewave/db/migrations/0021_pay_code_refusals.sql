-- Why the last payment by a code was refused, for the person who shows it: a limit, too little money.
CREATE TABLE payments.code_refusal (
    shard       smallint    NOT NULL,
    code        text        NOT NULL,
    merchant_id uuid        NOT NULL,
    amount_fen  bigint      NOT NULL CHECK (amount_fen > 0),
    reason      text        NOT NULL,
    details     jsonb       NOT NULL,
    refused_at  timestamptz NOT NULL,
    PRIMARY KEY (shard, code)
);
