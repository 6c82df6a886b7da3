-- What the other contexts stand on: the record of migrations, the clock, the outbox, events,
-- and the commands that were already carried out.
CREATE SCHEMA db;

CREATE TABLE db.migration (
    number      smallint    PRIMARY KEY,
    name        text        NOT NULL,
    sha256      bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    applied_at  timestamptz NOT NULL
);

-- One row, written with the first migration. The number of shards is fixed from then on.
CREATE TABLE db.installation (
    only_row    boolean     PRIMARY KEY CHECK (only_row),
    shards      smallint    NOT NULL CHECK (shards BETWEEN 1 AND 4096),
    created_at  timestamptz NOT NULL
);

-- One row: how far the clock of all processes is ahead of the machine's (sandbox only).
CREATE TABLE db.clock (
    only_row    boolean     PRIMARY KEY CHECK (only_row),
    ahead       interval    NOT NULL
);
INSERT INTO db.clock (only_row, ahead) VALUES (true, interval '0');

-- Messages that leave after their transaction committed. Done and last_error set: given up.
CREATE TABLE db.outbox (
    shard       smallint    NOT NULL,
    message_id  uuid        NOT NULL,
    topic       text        NOT NULL,
    payload     jsonb       NOT NULL,
    due_at      timestamptz NOT NULL,
    attempts    integer     NOT NULL DEFAULT 0,
    lease_until timestamptz,
    done_at     timestamptz,
    last_error  text,
    PRIMARY KEY (shard, message_id)
);
CREATE INDEX outbox_due ON db.outbox (shard, due_at) WHERE done_at IS NULL;
CREATE INDEX outbox_done ON db.outbox (shard, done_at) WHERE done_at IS NOT NULL;

-- Append-only, no personal data.
CREATE TABLE db.event (
    shard       smallint    NOT NULL,
    event_id    uuid        NOT NULL,
    at          timestamptz NOT NULL,
    name        text        NOT NULL,
    actor_id    uuid,
    attributes  jsonb       NOT NULL,
    PRIMARY KEY (shard, event_id)
);
CREATE INDEX event_at ON db.event (shard, at);

-- Successes of commands by the key that the caller chose. Status and response are empty only
-- inside the transaction that is carrying the command out.
CREATE TABLE db.idempotent_command (
    shard       smallint    NOT NULL,
    actor_id    uuid        NOT NULL,
    key         text        NOT NULL CHECK (length(key) BETWEEN 8 AND 64),
    operation   text        NOT NULL,
    body_sha256 bytea       NOT NULL CHECK (octet_length(body_sha256) = 32),
    status      smallint,
    response    text,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (shard, actor_id, key)
);
CREATE INDEX idempotent_command_created ON db.idempotent_command (shard, created_at);
