-- Automatic payments: a merchant offers an agreement, a person signs it with the pay password, and the
-- merchant may then take money within its terms. `cycle_…` are those of a payment plan, all or none.
CREATE TABLE payments.agreement_offer (
    shard                 smallint    NOT NULL,
    offer_id              uuid        NOT NULL, -- follows from the merchant's number, where there is one
    secret                text        NOT NULL CHECK (secret ~ '^[0-9a-f]{16}$'),
    merchant_id           uuid        NOT NULL,
    app_id                text        NOT NULL,
    external_agreement_no text CHECK (char_length(external_agreement_no) BETWEEN 1 AND 64),
    product               text        NOT NULL CHECK (product IN ('CYCLE_PAY_AUTH', 'GENERAL_WITHHOLDING')),
    sign_scene            text        NOT NULL,
    cycle_type            text CHECK (cycle_type IN ('DAY', 'MONTH')),
    cycle_length          integer CHECK (cycle_length > 0),
    cycle_first_on        date,
    single_fen            bigint CHECK (single_fen > 0),
    total_fen             bigint CHECK (total_fen > 0),
    total_payments        integer CHECK (total_payments > 0),
    valid_until           timestamptz NOT NULL,
    notify_url            text,
    return_url            text,
    created_at            timestamptz NOT NULL,
    opens_until           timestamptz NOT NULL,
    signed_shard          smallint,
    agreement_no          text,
    PRIMARY KEY (shard, offer_id),
    CHECK (num_nulls(signed_shard, agreement_no) IN (0, 2)),
    CHECK (num_nulls(cycle_type, cycle_length, cycle_first_on, single_fen) IN (0, 4)),
    CHECK ((product = 'CYCLE_PAY_AUTH') = (cycle_type IS NOT NULL))
);

-- On the shard of the person whose money it is.
CREATE TABLE payments.agreement (
    shard                 smallint    NOT NULL,
    agreement_no          text        NOT NULL CHECK (agreement_no ~ '^[0-9]{28}$'),
    agreement_id          uuid        NOT NULL,
    merchant_id           uuid        NOT NULL,
    app_id                text        NOT NULL,
    external_agreement_no text,
    person_id             uuid        NOT NULL,
    user_no               text        NOT NULL,
    logon_id              text        NOT NULL, -- masked
    product               text        NOT NULL CHECK (product IN ('CYCLE_PAY_AUTH', 'GENERAL_WITHHOLDING')),
    sign_scene            text        NOT NULL,
    cycle_type            text CHECK (cycle_type IN ('DAY', 'MONTH')),
    cycle_length          integer CHECK (cycle_length > 0),
    cycle_first_on        date,
    single_fen            bigint CHECK (single_fen > 0),
    total_fen             bigint CHECK (total_fen > 0),
    total_payments        integer CHECK (total_payments > 0),
    notify_url            text,
    signed_at             timestamptz NOT NULL,
    valid_until           timestamptz NOT NULL,
    stopped_at            timestamptz,
    next_on               date,
    last_at               timestamptz,
    paid_fen              bigint      NOT NULL DEFAULT 0 CHECK (paid_fen >= 0),
    payments              integer     NOT NULL DEFAULT 0 CHECK (payments >= 0),
    PRIMARY KEY (shard, agreement_no),
    CHECK (substr(agreement_no, 9, 3)::int = shard),
    CHECK (num_nulls(cycle_type, cycle_length, cycle_first_on, single_fen, next_on) IN (0, 5)),
    CHECK ((product = 'CYCLE_PAY_AUTH') = (cycle_type IS NOT NULL)),
    CHECK (paid_fen <= total_fen),
    CHECK (payments <= total_payments)
);
-- One agreement stands for a number of the merchant's at a time.
CREATE UNIQUE INDEX agreement_by_number
    ON payments.agreement (shard, merchant_id, external_agreement_no) WHERE stopped_at IS NULL;
CREATE INDEX agreement_by_person ON payments.agreement (shard, person_id, agreement_no);

-- Which trades were taken by which agreement.
CREATE TABLE payments.agreement_payment (
    shard        smallint    NOT NULL,
    trade_no     text        NOT NULL,
    agreement_no text        NOT NULL,
    amount_fen   bigint      NOT NULL CHECK (amount_fen > 0),
    at           timestamptz NOT NULL,
    PRIMARY KEY (shard, trade_no),
    FOREIGN KEY (shard, agreement_no) REFERENCES payments.agreement (shard, agreement_no)
);
CREATE INDEX agreement_payment_by_agreement ON payments.agreement_payment (shard, agreement_no);
