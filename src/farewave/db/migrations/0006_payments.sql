-- Payments: merchants, trades and the claims on their numbers, refunds. Amounts are fen.
CREATE SCHEMA payments;

-- Small, and copied everywhere when there is more than one server.
CREATE TABLE payments.merchant (
    merchant_id uuid        PRIMARY KEY,
    seller_id   text        NOT NULL UNIQUE CHECK (seller_id ~ '^2088999[0-9]{9}$'),
    name        text        NOT NULL,
    name_en     text        NOT NULL,
    created_at  timestamptz NOT NULL
);

-- One number of one merchant is one trade, wherever the payer's shard is. Keyed by the number itself.
CREATE TABLE payments.trade_claim (
    merchant_id  uuid        NOT NULL,
    out_trade_no text        NOT NULL,
    shard        smallint    NOT NULL,
    trade_no     text        NOT NULL,
    claimed_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, out_trade_no)
);

CREATE TABLE payments.trade (
    shard           smallint    NOT NULL,
    trade_no        text        NOT NULL CHECK (trade_no ~ '^[0-9]{28}$'),
    trade_id        uuid        NOT NULL,
    merchant_id     uuid        NOT NULL,
    seller_id       text        NOT NULL,
    app_id          text        NOT NULL,
    out_trade_no    text        NOT NULL CHECK (char_length(out_trade_no) BETWEEN 1 AND 64),
    subject         text        NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 256),
    body            text,
    amount_fen      bigint      NOT NULL CHECK (amount_fen > 0),
    payer_id        uuid        NOT NULL,
    buyer_user_no   text        NOT NULL,
    status          text        NOT NULL
        CHECK (status IN ('WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED')),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    paid_at         timestamptz,
    closed_at       timestamptz,
    refunded_fen    bigint      NOT NULL DEFAULT 0,
    fund            text,
    notify_url      text,
    passback_params text,
    PRIMARY KEY (shard, trade_no),
    CHECK (substr(trade_no, 9, 3)::int = shard),
    CHECK (refunded_fen BETWEEN 0 AND amount_fen),
    CHECK (paid_at IS NOT NULL OR refunded_fen = 0),
    CHECK (paid_at < expires_at),
    CHECK ((paid_at IS NULL) = (fund IS NULL)),
    CHECK (CASE status
           WHEN 'WAIT_BUYER_PAY' THEN paid_at IS NULL AND closed_at IS NULL
           WHEN 'TRADE_CLOSED' THEN closed_at IS NOT NULL
                AND (paid_at IS NULL OR refunded_fen = amount_fen)
           ELSE paid_at IS NOT NULL AND closed_at IS NULL AND refunded_fen < amount_fen END)
);
CREATE INDEX trade_expiry ON payments.trade (shard, expires_at) WHERE status = 'WAIT_BUYER_PAY';
CREATE INDEX trade_finish ON payments.trade (shard, paid_at) WHERE status = 'TRADE_SUCCESS';

CREATE TABLE payments.refund (
    shard          smallint    NOT NULL,
    trade_no       text        NOT NULL,
    out_request_no text        NOT NULL CHECK (char_length(out_request_no) BETWEEN 1 AND 64),
    refund_id      uuid        NOT NULL,
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    why            text        NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (shard, trade_no, out_request_no),
    FOREIGN KEY (shard, trade_no) REFERENCES payments.trade (shard, trade_no)
);
