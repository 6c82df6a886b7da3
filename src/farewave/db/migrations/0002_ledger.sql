-- The ledger: books, accounts, transfers, entries. Amounts are fen. Only INSERT touches transfers and
-- entries; an account's totals are the sums of its entries, kept beside them for speed.
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
    currency                       text        NOT NULL,
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
    CHECK (NOT (debits_must_not_exceed_credits AND credits_must_not_exceed_debits)),
    CONSTRAINT debits_within_credits CHECK (NOT debits_must_not_exceed_credits
           OR debits_posted + debits_pending <= credits_posted),
    CONSTRAINT credits_within_debits CHECK (NOT credits_must_not_exceed_debits
           OR credits_posted + credits_pending <= debits_posted)
) WITH (fillfactor = 70);

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
    reason            smallint    NOT NULL,
    business          text        NOT NULL CHECK (char_length(business) BETWEEN 1 AND 64),
    pending_id        uuid,
    expires_at        timestamptz,
    PRIMARY KEY (shard, transfer_id),
    UNIQUE (shard, currency, position),
    CHECK (debit_account_id <> credit_account_id),
    CHECK ((pending_id IS NOT NULL) = (stage IN (3, 4, 5))),
    CHECK (expires_at IS NULL OR stage = 2),
    FOREIGN KEY (shard, debit_account_id) REFERENCES ledger.account (shard, account_id),
    FOREIGN KEY (shard, credit_account_id) REFERENCES ledger.account (shard, account_id)
);
-- A pending transfer ends at most once.
CREATE UNIQUE INDEX transfer_end ON ledger.transfer (shard, pending_id)
    WHERE pending_id IS NOT NULL;
CREATE INDEX transfer_expiry ON ledger.transfer (shard, expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX transfer_business ON ledger.transfer (shard, business);

-- One leg in one account, with the account's totals after it: a balance as of any past moment is one
-- look-up in this key.
CREATE TABLE ledger.entry (
    shard           smallint    NOT NULL,
    account_id      uuid        NOT NULL,
    position        bigint      NOT NULL,
    at              timestamptz NOT NULL,
    transfer_id     uuid        NOT NULL,
    debits_posted   bigint      NOT NULL,
    credits_posted  bigint      NOT NULL,
    debits_pending  bigint      NOT NULL,
    credits_pending bigint      NOT NULL,
    PRIMARY KEY (shard, account_id, position)
);
CREATE INDEX entry_at ON ledger.entry (shard, account_id, at, position);
