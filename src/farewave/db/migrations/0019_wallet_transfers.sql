-- Money sent from person to person. The row is on the payer's shard; it is there before the money
-- has arrived on another shard, and says until then what is still to be done.
CREATE TABLE wallet.transfer (
    shard          smallint    NOT NULL,
    transfer_id    uuid        NOT NULL,
    payer_id       uuid        NOT NULL,
    payee_shard    smallint    NOT NULL,
    payee_id       uuid        NOT NULL,
    request_key    text        NOT NULL CHECK (length(request_key) BETWEEN 8 AND 64),
    request_digest bytea       NOT NULL CHECK (octet_length(request_digest) = 32),
    amount_fen     bigint      NOT NULL CHECK (amount_fen > 0),
    note           text        NOT NULL CHECK (length(note) <= 50),
    payer_name     text        NOT NULL, -- masked, as the payee sees it
    payee_name     text        NOT NULL, -- masked, as the payer sees it
    created_at     timestamptz NOT NULL,
    arrived_at     timestamptz,
    check_at       timestamptz NOT NULL, -- until it has arrived: when the job looks at it next
    PRIMARY KEY (shard, transfer_id),
    UNIQUE (shard, payer_id, request_key),
    CHECK (payer_id <> payee_id)
);
CREATE INDEX transfer_under_way ON wallet.transfer (shard, check_at) WHERE arrived_at IS NULL;

-- How many phone numbers a person looked up on `day` (China's): whoever looks up many is collecting.
CREATE TABLE wallet.look_up (
    shard     smallint NOT NULL,
    person_id uuid     NOT NULL,
    day       date     NOT NULL,
    looked_up integer  NOT NULL CHECK (looked_up >= 0),
    PRIMARY KEY (shard, person_id)
);
