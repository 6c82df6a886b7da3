-- The ledger: books, accounts, transfers, entries. Amounts are fen. Transfers and entries are only
-- inserted; an account's totals are those of its last entry, kept beside for speed.
CREATE SCHEMA ledger;

-- The head of each book. Taken under lock by every batch: it gives positions and time.
CREATE TABLE ledger.book (
    shard    smallint    NOT NULL,
    currency text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    position bigint      NOT NULL CHECK (position >= 0),
    at       timestamptz NOT NULL,
    hash     bytea       NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (shard, currency)
);

CREATE TABLE ledger.account (
    shard                          smallint    NOT NULL,
    account_id                     uuid        NOT NULL,
    currency                       text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    kind                           smallint    NOT NULL,
    owner_id                       uuid        NOT NULL,
    debits_must_not_exceed_credits boolean     NOT NULL,
    credits_must_not_exceed_debits boolean     NOT NULL,
    debits_posted                  bigint      NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
    credits_posted                 bigint      NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
    debits_pending                 bigint      NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
    credits_pending                bigint      NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
    opened_at                      timestamptz NOT NULL,
    closed_at                      timestamptz,
    PRIMARY KEY (shard, account_id),
    CONSTRAINT one_limit
        CHECK (NOT (debits_must_not_exceed_credits AND credits_must_not_exceed_debits)),
    CONSTRAINT debits_within_credits CHECK (NOT debits_must_not_exceed_credits
        OR debits_posted + debits_pending <= credits_posted),
    CONSTRAINT credits_within_debits CHECK (NOT credits_must_not_exceed_debits
        OR credits_posted + credits_pending <= debits_posted)
) WITH (fillfactor = 70);

-- Stages: 1 posted, 2 pending, 3 post of a pending one, 4 void of one, 5 expiry of one. Later kinds
-- (reversal, closing, balancing) get numbers of their own, with what they need in new columns.
-- No foreign keys to accounts: a batch holds the locks of both rows while it writes, a check of each
-- reference again costs a fifth of the speed, and the audit proves them.
CREATE TABLE ledger.transfer (
    shard             smallint    NOT NULL,
    transfer_id       uuid        NOT NULL,
    currency          text        NOT NULL,
    position          bigint      NOT NULL CHECK (position > 0),
    at                timestamptz NOT NULL,
    stage             smallint    NOT NULL CHECK (stage BETWEEN 1 AND 5),
    debit_account_id  uuid        NOT NULL,
    credit_account_id uuid        NOT NULL,
    amount_fen        bigint      NOT NULL CHECK (amount_fen > 0),
    reason            smallint    NOT NULL CHECK (reason > 0),
    business          text        NOT NULL CHECK (char_length(business) BETWEEN 1 AND 64),
    pending_id        uuid,
    expires_at        timestamptz,
    PRIMARY KEY (shard, transfer_id),
    CONSTRAINT transfer_position UNIQUE (shard, currency, position),
    CHECK (debit_account_id <> credit_account_id),
    CHECK ((pending_id IS NOT NULL) = (stage IN (3, 4, 5))),
    CHECK (expires_at IS NULL OR (stage = 2 AND expires_at > at))
);
-- A pending transfer ends at most once.
CREATE UNIQUE INDEX transfer_end ON ledger.transfer (shard, pending_id)
    WHERE pending_id IS NOT NULL;
CREATE INDEX transfer_business ON ledger.transfer (shard, business);

-- The pending transfers that have a time-out and no end yet: what the job looks through.
CREATE TABLE ledger.expiry (
    shard       smallint    NOT NULL,
    transfer_id uuid        NOT NULL,
    currency    text        NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (shard, transfer_id)
);
CREATE INDEX expiry_due ON ledger.expiry (shard, expires_at);

-- One leg in one account, with the account's totals after it. Time and position rise together, so a
-- balance as of any past moment, and an account's history, are one look-up in this key.
CREATE TABLE ledger.entry (
    shard           smallint    NOT NULL,
    account_id      uuid        NOT NULL,
    at              timestamptz NOT NULL,
    position        bigint      NOT NULL,
    transfer_id     uuid        NOT NULL,
    debits_posted   bigint      NOT NULL,
    credits_posted  bigint      NOT NULL,
    debits_pending  bigint      NOT NULL,
    credits_pending bigint      NOT NULL,
    PRIMARY KEY (shard, account_id, at, position),
    CHECK (least(debits_posted, credits_posted, debits_pending, credits_pending) >= 0)
);
