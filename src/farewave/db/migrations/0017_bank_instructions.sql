-- What banks are told to do with money, whatever it is for: one table, one life, one job that asks.
-- While one is pending, its money stands in the bank's in-transit account.
CREATE TABLE banks.instruction (
    shard          smallint    NOT NULL,
    instruction_id uuid        NOT NULL, -- the bank knows it by this
    kind           text        NOT NULL CHECK (kind IN ('debit', 'credit', 'refund')),
    purpose        text        NOT NULL CHECK (purpose IN ('top_up', 'withdrawal', 'payment',
                                                           'refund', 'return')),
    reference      text        CHECK (length(reference) BETWEEN 1 AND 64), -- null: it stands alone
    person_id      uuid        NOT NULL,
    request_key    text        CHECK (length(request_key) BETWEEN 8 AND 64),
    request_digest bytea       CHECK (octet_length(request_digest) = 32),
    card_id        uuid        NOT NULL,
    bank_code      text        NOT NULL,
    last4          text        NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    debit_id       uuid, -- of a refund: the debit that is given back
    status         text        NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    failure        text, -- a refusal's public code
    bank_serial    text, -- the bank's own number
    created_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    checks         smallint    NOT NULL CHECK (checks >= 0), -- how often the job asked the bank
    check_at       timestamptz NOT NULL, -- while pending: when the job asks the bank next
    PRIMARY KEY (shard, instruction_id),
    UNIQUE (shard, person_id, purpose, request_key),
    CHECK ((request_key IS NULL) = (request_digest IS NULL)),
    CHECK ((kind = 'refund') = (debit_id IS NOT NULL)),
    CHECK ((finished_at IS NULL) = (status = 'pending')),
    CHECK ((failure IS NOT NULL) = (status = 'failed')),
    CHECK ((bank_serial IS NOT NULL) = (status = 'succeeded'))
);
CREATE INDEX instruction_due ON banks.instruction (shard, check_at) WHERE status = 'pending';
CREATE INDEX instruction_under_way ON banks.instruction (shard, person_id)
    WHERE status = 'pending';
CREATE INDEX instruction_reference ON banks.instruction (shard, reference)
    WHERE reference IS NOT NULL;

INSERT INTO banks.instruction (shard, instruction_id, kind, purpose, person_id, request_key,
        request_digest, card_id, bank_code, last4, amount_fen, status, failure, bank_serial,
        created_at, finished_at, checks, check_at)
    SELECT shard, top_up_id, 'debit', 'top_up', person_id, request_key, request_digest, card_id,
        bank_code, last4, amount_fen, status, failure, bank_serial, created_at, finished_at, checks,
        check_at
    FROM wallet.top_up;
DROP TABLE wallet.top_up;

-- The card that its person preferred last is the default.
ALTER TABLE banks.card ADD COLUMN preferred_at timestamptz;
