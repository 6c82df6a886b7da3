-- Pay codes that a phone makes by itself. A ticket is a row beside the codes that the server makes: its
-- key is the code's first 14 digits, the rest proves time and device. So both kinds are found, locked
-- and used up by the same statements and the same key.
ALTER TABLE payments.pay_code
    DROP CONSTRAINT pay_code_code_check,
    ADD CONSTRAINT pay_code_code_check CHECK (code ~ '^28[0-9]{12}([0-9]{4})?$'),
    ADD COLUMN device_id uuid,            -- whose key proves it; the session's id
    ADD COLUMN batch_no  bigint,          -- with which others it was fetched
    ADD CHECK ((device_id IS NULL) = (char_length(code) = 18)),
    ADD CHECK ((device_id IS NULL) = (batch_no IS NULL));
CREATE INDEX pay_code_of_device ON payments.pay_code (shard, device_id, batch_no)
    WHERE device_id IS NOT NULL;

-- A phone that makes codes, and the key it agreed on with the server, sealed. One for each session.
CREATE TABLE payments.code_device (
    shard       smallint    NOT NULL,
    device_id   uuid        NOT NULL,
    person_id   uuid        NOT NULL,
    sealed_key  bytea       NOT NULL,
    batch_no    bigint      NOT NULL,     -- of the tickets fetched last
    enrolled_at timestamptz NOT NULL,
    PRIMARY KEY (shard, device_id)
);
CREATE INDEX code_device_of_person ON payments.code_device (shard, person_id);

-- What a person lets such codes pay unasked: at once, and in a day; and what they paid so on `day`.
ALTER TABLE payments.spending
    ADD COLUMN unasked_fen         bigint NOT NULL DEFAULT 0 CHECK (unasked_fen >= 0),
    ADD COLUMN unasked_payment_max_fen bigint NOT NULL DEFAULT 20000
        CHECK (unasked_payment_max_fen >= 0),
    ADD COLUMN unasked_day_max_fen bigint NOT NULL DEFAULT 100000
        CHECK (unasked_day_max_fen >= unasked_payment_max_fen);

-- A trade that a code made and that its person is to confirm.
CREATE TABLE payments.confirmation (
    shard     smallint    NOT NULL,
    trade_no  text        NOT NULL,
    person_id uuid        NOT NULL,
    asked_at  timestamptz NOT NULL,
    PRIMARY KEY (shard, trade_no)
);
CREATE INDEX confirmation_of_person ON payments.confirmation (shard, person_id, asked_at);
CREATE INDEX confirmation_old ON payments.confirmation (shard, asked_at);

-- A code that a merchant puts up in its shop: who scans it says how much.
CREATE TABLE payments.shop_code (
    shard       smallint    NOT NULL,
    code_id     uuid        NOT NULL,
    secret      text        NOT NULL CHECK (secret ~ '^[0-9a-f]{16}$'),
    merchant_id uuid        NOT NULL,
    app_id      text        NOT NULL,
    label       text        NOT NULL CHECK (char_length(label) BETWEEN 1 AND 64),
    notify_url  text,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (shard, code_id)
);
