-- Pre-authorisation: money of a person's that is kept ready for a merchant. One order number of one
-- merchant is one authorisation, wherever the payer's shard is: the number is claimed by itself.
CREATE TABLE payments.authorization_claim (
    merchant_id  uuid        NOT NULL,
    out_order_no text        NOT NULL,
    shard        smallint    NOT NULL,
    auth_no      text        NOT NULL,
    claimed_at   timestamptz NOT NULL,
    cancelled_at timestamptz, -- before anything was frozen under it: whatever comes later is too late
    PRIMARY KEY (merchant_id, out_order_no)
);

-- On the payer's shard. What is frozen is a pending transfer to the merchant; capturing or releasing a
-- part of it ends that one and makes the next, `pending_no`, of the rest.
CREATE TABLE payments.authorization (
    shard         smallint    NOT NULL,
    auth_no       text        NOT NULL CHECK (auth_no ~ '^[0-9]{28}$'),
    auth_id       uuid        NOT NULL,
    merchant_id   uuid        NOT NULL,
    app_id        text        NOT NULL,
    out_order_no  text        NOT NULL CHECK (char_length(out_order_no) BETWEEN 1 AND 64),
    title         text        NOT NULL,
    payer_id      uuid        NOT NULL,
    payer_user_no text        NOT NULL,
    amount_fen    bigint      NOT NULL CHECK (amount_fen > 0),
    rest_fen      bigint      NOT NULL CHECK (rest_fen >= 0),
    paid_fen      bigint      NOT NULL CHECK (paid_fen >= 0),
    pending_no    integer     NOT NULL,
    created_at    timestamptz NOT NULL,
    notify_url    text,
    PRIMARY KEY (shard, auth_no),
    CHECK (substr(auth_no, 9, 3)::int = shard),
    CHECK (rest_fen + paid_fen <= amount_fen)
);

CREATE TABLE payments.authorization_operation (
    shard          smallint    NOT NULL,
    auth_no        text        NOT NULL,
    out_request_no text        NOT NULL CHECK (char_length(out_request_no) BETWEEN 1 AND 64),
    operation_id   text        NOT NULL,
    type           text        NOT NULL CHECK (type IN ('FREEZE', 'UNFREEZE', 'PAY')),
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    remark         text        NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (shard, auth_no, type, out_request_no),
    FOREIGN KEY (shard, auth_no) REFERENCES payments.authorization (shard, auth_no)
);
