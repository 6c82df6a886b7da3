-- Wallet: top-ups and bills. Balances are the ledger's; nothing here holds one.
CREATE SCHEMA wallet;

CREATE TABLE wallet.top_up (
    shard          smallint    NOT NULL,
    top_up_id      uuid        NOT NULL, -- the bank's instruction id as well
    person_id      uuid        NOT NULL,
    request_key    text        NOT NULL CHECK (length(request_key) BETWEEN 8 AND 64),
    request_digest bytea       NOT NULL CHECK (octet_length(request_digest) = 32),
    card_id        uuid        NOT NULL,
    bank_code      text        NOT NULL,
    last4          text        NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    status         text        NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    failure        text, -- a refusal's public code
    bank_serial    text, -- the bank's number of the debit
    created_at     timestamptz NOT NULL,
    finished_at    timestamptz,
    checks         smallint    NOT NULL CHECK (checks >= 0), -- how often the job asked the bank
    check_at       timestamptz NOT NULL, -- while pending: when the job asks the bank next
    PRIMARY KEY (shard, top_up_id),
    UNIQUE (shard, person_id, request_key),
    CHECK ((finished_at IS NULL) = (status = 'pending')),
    CHECK ((failure IS NOT NULL) = (status = 'failed')),
    CHECK ((bank_serial IS NOT NULL) = (status = 'succeeded'))
);
CREATE INDEX top_up_pending ON wallet.top_up (shard, check_at) WHERE status = 'pending';

-- What a person sees of money that moved: a projection, written by the context that moved it.
CREATE TABLE wallet.bill (
    shard           smallint    NOT NULL,
    person_id       uuid        NOT NULL,
    bill_id         uuid        NOT NULL,
    at              timestamptz NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('top_up', 'payment', 'refund', 'transfer',
                                                         'withdrawal')),
    direction       text        NOT NULL CHECK (direction IN ('in', 'out')),
    amount_fen      bigint      NOT NULL CHECK (amount_fen > 0),
    status          text        NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed',
                                                           'closed')),
    title_zh        text        NOT NULL,
    title_en        text        NOT NULL,
    counterparty_zh text        NOT NULL,
    counterparty_en text        NOT NULL,
    fund_zh         text        NOT NULL,
    fund_en         text        NOT NULL,
    note_zh         text,
    note_en         text,
    reference_type  text        NOT NULL CHECK (reference_type ~ '^[a-z_]{1,20}$'),
    reference_id    text        NOT NULL CHECK (length(reference_id) BETWEEN 1 AND 64),
    part            text        NOT NULL CHECK (length(part) <= 64), -- one of several refunds, say
    PRIMARY KEY (shard, person_id, bill_id),
    UNIQUE (shard, person_id, reference_type, reference_id, kind, part),
    CHECK ((note_zh IS NULL) = (note_en IS NULL))
);
CREATE INDEX bill_newest ON wallet.bill (shard, person_id, at DESC, bill_id DESC);
