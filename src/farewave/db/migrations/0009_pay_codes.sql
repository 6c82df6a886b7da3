-- Pay codes, and what each person has spent: the two scarce things of a payment beside the money.

-- A code stands for its person once, for a short time. It carries its shard, so it is looked up there.
CREATE TABLE payments.pay_code (
    shard           smallint    NOT NULL,
    code            text        NOT NULL CHECK (code ~ '^28[0-9]{16}$'),
    person_id       uuid        NOT NULL,
    user_no         text        NOT NULL,
    real_name_level smallint    NOT NULL,
    issued_at       timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    trade_no        text,
    PRIMARY KEY (shard, code),
    CHECK (substr(code, 3, 3)::int = shard),
    CHECK (expires_at > issued_at)
) WITH (fillfactor = 80);
CREATE INDEX pay_code_old ON payments.pay_code (shard, expires_at);

-- What a person has paid on a day and in a month (China's), counted in the payment's own transaction.
CREATE TABLE payments.spending (
    shard     smallint NOT NULL,
    person_id uuid     NOT NULL,
    day       date     NOT NULL,
    day_fen   bigint   NOT NULL CHECK (day_fen >= 0),
    month     date     NOT NULL,
    month_fen bigint   NOT NULL CHECK (month_fen >= day_fen),
    PRIMARY KEY (shard, person_id),
    CHECK (extract(day FROM month) = 1)
) WITH (fillfactor = 70);
