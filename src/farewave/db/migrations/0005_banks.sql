-- Banks: bound cards and the bindings on their way. Numbers and tokens are sealed (AES-256-GCM); an
-- index is a blind one (HMAC-SHA-256, 32 bytes).
CREATE SCHEMA banks;

-- One row for each person who ever bound a card: locked while a binding begins.
CREATE TABLE banks.holder (
    shard       smallint    NOT NULL,
    person_id   uuid        NOT NULL,
    day         date        NOT NULL, -- China's, on which `begun` bindings were begun
    begun       smallint    NOT NULL CHECK (begun >= 0),
    PRIMARY KEY (shard, person_id)
);

CREATE TABLE banks.binding (
    shard          smallint    NOT NULL,
    binding_id     uuid        NOT NULL,
    person_id      uuid        NOT NULL,
    request_key    text        CHECK (length(request_key) BETWEEN 8 AND 64), -- free after a refusal
    request_digest bytea       NOT NULL CHECK (octet_length(request_digest) = 32), -- keyed
    bank_code      text        NOT NULL,
    card_index     bytea       NOT NULL CHECK (octet_length(card_index) = 32),
    card_sealed    bytea       NOT NULL,
    phone_sealed   bytea       NOT NULL,
    last4          text        NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    status         text        NOT NULL CHECK (status IN ('asked', 'sent', 'bound', 'refused')),
    bank_reference text,
    sandbox_code   text, -- only simulated banks tell it
    code_tries     smallint    NOT NULL CHECK (code_tries BETWEEN 0 AND 5),
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (shard, binding_id),
    UNIQUE (shard, person_id, request_key),
    CHECK ((bank_reference IS NOT NULL) = (status IN ('sent', 'bound')))
);
CREATE INDEX binding_created ON banks.binding (shard, created_at);

CREATE TABLE banks.card (
    shard         smallint    NOT NULL,
    card_id       uuid        NOT NULL,
    person_id     uuid        NOT NULL,
    bank_code     text        NOT NULL,
    token_sealed  bytea       NOT NULL,
    number_index  bytea       NOT NULL CHECK (octet_length(number_index) = 32),
    number_sealed bytea       NOT NULL,
    last4         text        NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    holder_masked text        NOT NULL,
    bound_at      timestamptz NOT NULL,
    unbound_at    timestamptz,
    PRIMARY KEY (shard, card_id)
);
CREATE UNIQUE INDEX card_bound_once ON banks.card (shard, person_id, number_index)
    WHERE unbound_at IS NULL;

-- The demonstration bank's own books. It stands for a remote party: nothing of ours is ever written
-- in one transaction with them. Empty in production.
CREATE SCHEMA demo_bank;

-- opening_fen came in when the account was opened; the balance is that less what was debited.
CREATE TABLE demo_bank.account (
    card_index     bytea       NOT NULL CHECK (octet_length(card_index) = 32),
    holder_index   bytea       NOT NULL CHECK (octet_length(holder_index) = 32),
    identity_index bytea       NOT NULL CHECK (octet_length(identity_index) = 32),
    phone_index    bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    card_sealed    bytea       NOT NULL,
    opening_fen    bigint      NOT NULL CHECK (opening_fen >= 0),
    balance_fen    bigint      NOT NULL CHECK (balance_fen >= 0),
    opened_at      timestamptz NOT NULL,
    PRIMARY KEY (card_index)
);
CREATE INDEX account_of_identity ON demo_bank.account (identity_index);

-- A customer's consent that we debit a card; confirmed by the code, then it has a token.
CREATE TABLE demo_bank.agreement (
    request_id   uuid        NOT NULL, -- the asking side's
    reference    uuid        NOT NULL,
    card_index   bytea       NOT NULL REFERENCES demo_bank.account,
    code         text        NOT NULL CHECK (code ~ '^[0-9]{6}$'),
    expires_at   timestamptz NOT NULL,
    wrong_tries  smallint    NOT NULL CHECK (wrong_tries BETWEEN 0 AND 5),
    token        text,
    confirmed_at timestamptz,
    ended_at     timestamptz,
    PRIMARY KEY (request_id),
    UNIQUE (reference),
    UNIQUE (token),
    CHECK ((token IS NULL) = (confirmed_at IS NULL)),
    CHECK (ended_at IS NULL OR token IS NOT NULL)
);

-- Every instruction that reached the bank, with its final answer.
CREATE TABLE demo_bank.debit (
    instruction_id uuid        NOT NULL,
    token          text        NOT NULL,
    card_index     bytea, -- none where the token was nobody's
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    memo           text        NOT NULL,
    refusal        text, -- null: the money moved
    at             timestamptz NOT NULL,
    PRIMARY KEY (instruction_id),
    CHECK (card_index IS NOT NULL OR refusal IS NOT NULL)
);
CREATE INDEX debit_of_card ON demo_bank.debit (card_index);

-- What is wrong with the bank at the moment, for all processes. No row: nothing.
CREATE TABLE demo_bank.fault (
    bank_code text NOT NULL,
    fault     text NOT NULL CHECK (fault IN ('none', 'slow', 'silent', 'refuse', 'down')),
    PRIMARY KEY (bank_code)
);
