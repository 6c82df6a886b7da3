-- People: accounts, proofs, sessions. Numbers and names are sealed (AES-256-GCM); an index is a
-- blind one (HMAC-SHA-256, 32 bytes); masked forms are for display.
CREATE SCHEMA people;

-- Claims come first and are keyed by what must be unique everywhere.
CREATE TABLE people.phone_claim (
    phone_index bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    shard       smallint    NOT NULL,
    person_id   uuid        NOT NULL,
    claimed_at  timestamptz NOT NULL,
    PRIMARY KEY (phone_index)
);

CREATE TABLE people.identity_claim (
    identity_index bytea       NOT NULL CHECK (octet_length(identity_index) = 32),
    shard          smallint    NOT NULL,
    person_id      uuid        NOT NULL,
    claimed_at     timestamptz NOT NULL,
    PRIMARY KEY (identity_index)
);

CREATE TABLE people.person (
    shard           smallint    NOT NULL,
    person_id       uuid        NOT NULL,
    user_no         text        NOT NULL CHECK (user_no ~ '^2088[0-9]{12}$'),
    phone_index     bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    phone_sealed    bytea       NOT NULL,
    phone_masked    text        NOT NULL,
    password_hash   text        NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    name_sealed     bytea,
    name_masked     text,
    identity_index  bytea       CHECK (octet_length(identity_index) = 32),
    identity_sealed bytea,
    identity_masked text,
    real_name_at    timestamptz,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (shard, person_id),
    UNIQUE (shard, user_no),
    CHECK (substr(user_no, 5, 3)::int = shard),
    -- A real name is there whole or not at all.
    CHECK (num_nulls(name_sealed, name_masked, identity_index, identity_sealed, identity_masked,
                     real_name_at) IN (0, 6))
);

CREATE TABLE people.pay_password (
    shard         smallint    NOT NULL,
    person_id     uuid        NOT NULL,
    password_hash text        NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    wrong_tries   smallint    NOT NULL CHECK (wrong_tries BETWEEN 0 AND 5),
    locked_until  timestamptz,
    set_at        timestamptz NOT NULL,
    PRIMARY KEY (shard, person_id)
);

-- Of a session's token only the SHA-256 is here.
CREATE TABLE people.session (
    shard        smallint    NOT NULL,
    session_id   uuid        NOT NULL,
    person_id    uuid        NOT NULL,
    token_sha256 bytea       NOT NULL CHECK (octet_length(token_sha256) = 32),
    device       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (shard, session_id),
    UNIQUE (shard, token_sha256)
);
CREATE INDEX session_of_person ON people.session (shard, person_id);
CREATE INDEX session_expires ON people.session (expires_at);

-- Wrong passwords are counted by phone number, registered or not, so that a lock tells nothing.
CREATE TABLE people.sign_in_guard (
    phone_index   bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    wrong_tries   smallint    NOT NULL CHECK (wrong_tries BETWEEN 0 AND 5),
    locks         smallint    NOT NULL CHECK (locks >= 0),
    locked_until  timestamptz,
    last_wrong_at timestamptz,
    PRIMARY KEY (phone_index)
);
CREATE INDEX sign_in_guard_quiet ON people.sign_in_guard (last_wrong_at);

-- How many codes a phone number was sent on `day` (China's).
CREATE TABLE people.sms_quota (
    phone_index bytea    NOT NULL CHECK (octet_length(phone_index) = 32),
    day         date     NOT NULL,
    sent        smallint NOT NULL CHECK (sent >= 0),
    PRIMARY KEY (phone_index)
);
CREATE INDEX sms_quota_day ON people.sms_quota (day);

-- The newest code of each purpose; the hash is keyed, so six digits can't be searched for.
CREATE TABLE people.sms_code (
    phone_index bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    purpose     text        NOT NULL CHECK (purpose IN ('sign_up', 'sign_in', 'reset_password')),
    code_hash   bytea       NOT NULL CHECK (octet_length(code_hash) = 32),
    sent_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    wrong_tries smallint    NOT NULL CHECK (wrong_tries BETWEEN 0 AND 5),
    used_at     timestamptz,
    PRIMARY KEY (phone_index, purpose)
);
CREATE INDEX sms_code_expires ON people.sms_code (expires_at);

-- What the sandbox "sent": every process can show it. Empty in production.
CREATE TABLE people.sandbox_sms (
    phone_index bytea       NOT NULL CHECK (octet_length(phone_index) = 32),
    sms_id      uuid        NOT NULL,
    text_sealed bytea       NOT NULL,
    sent_at     timestamptz NOT NULL,
    PRIMARY KEY (phone_index, sms_id)
);
CREATE INDEX sandbox_sms_sent ON people.sandbox_sms (sent_at);
