-- Console: who may look after a merchant's applications and trades, and how they prove who they are.
-- Small, and copied everywhere when there is more than one server.
CREATE SCHEMA console;

-- A merchant's account has the merchant's id; the one without a merchant is the operator's.
CREATE TABLE console.account (
    account_id   uuid        PRIMARY KEY,
    merchant_id  uuid        UNIQUE,
    created_at   timestamptz NOT NULL,
    totp_secret  bytea,                 -- sealed
    totp_waiting bytea,                 -- sealed; not proved yet
    totp_step    bigint      NOT NULL DEFAULT 0, -- the last one that opened the door
    wrong_codes  integer     NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0),
    locked_until timestamptz,
    CHECK (merchant_id IS NULL OR merchant_id = account_id)
);

-- One at a time for an account; only the hash of what is in the address is kept.
CREATE TABLE console.link (
    account_id   uuid        PRIMARY KEY REFERENCES console.account,
    token_sha256 bytea       NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
    expires_at   timestamptz NOT NULL
);

CREATE TABLE console.passkey (
    credential_id bytea       PRIMARY KEY,
    passkey_id    uuid        NOT NULL UNIQUE,
    account_id    uuid        NOT NULL REFERENCES console.account,
    public_key    bytea       NOT NULL,   -- COSE
    sign_count    bigint      NOT NULL,
    label         text        NOT NULL,
    created_at    timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX passkey_of_account ON console.passkey (account_id);

-- Challenges are authentic by themselves; here are those that were answered.
CREATE TABLE console.answered_challenge (
    challenge_sha256 bytea       PRIMARY KEY CHECK (octet_length(challenge_sha256) = 32),
    expires_at       timestamptz NOT NULL
);

CREATE TABLE console.session (
    token_sha256 bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    account_id   uuid        NOT NULL REFERENCES console.account,
    proved_by    text        NOT NULL CHECK (proved_by IN ('link', 'passkey', 'totp')),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX session_expiry ON console.session (expires_at);
CREATE INDEX session_of_account ON console.session (account_id);

-- What the console's pages ask for: the applications of a merchant, its trades from the newest on. No
-- number in it: trades of one batch are of one instant and share an entry, which makes it cheap.
CREATE INDEX app_of_merchant ON gateway.app (merchant_id, created_at);
CREATE INDEX trade_of_merchant ON payments.trade (shard, merchant_id, created_at);
