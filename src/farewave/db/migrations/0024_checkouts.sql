-- What a merchant offers before anybody is its buyer: a QR code to scan, a cashier page to open. There
-- is one for each of a merchant's order numbers, its id follows from the two, so nothing else needs to
-- be unique. The trade is made when a person opens it.
CREATE TABLE payments.checkout (
    shard           smallint    NOT NULL,
    checkout_id     uuid        NOT NULL,
    secret          text        NOT NULL CHECK (secret ~ '^[0-9a-f]{16}$'),
    merchant_id     uuid        NOT NULL,
    app_id          text        NOT NULL,
    out_trade_no    text        NOT NULL CHECK (char_length(out_trade_no) BETWEEN 1 AND 64),
    subject         text        NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 256),
    body            text,
    amount_fen      bigint      NOT NULL CHECK (amount_fen > 0),
    product         text        NOT NULL CHECK (product IN ('precreate', 'page', 'wap', 'app', 'auth')),
    expires_at      timestamptz,          -- of the trade, where the merchant named an instant
    pay_within      interval,             -- of the trade, counted from when it is made
    notify_url      text,
    return_url      text,
    quit_url        text,
    passback_params text,
    created_at      timestamptz NOT NULL,
    opens_until     timestamptz NOT NULL, -- of the link: afterwards nobody can become the buyer
    trade_no        text,
    closed_at       timestamptz,          -- cancelled before there was a trade
    out_request_no  text,                 -- of a pre-authorisation that somebody is to confirm
    PRIMARY KEY (shard, checkout_id),
    CHECK (trade_no IS NULL OR closed_at IS NULL)
);

-- A number that was cancelled before any trade had it: whatever comes later under it is too late.
ALTER TABLE payments.trade_claim ADD COLUMN cancelled_at timestamptz;
