-- Where an application may have a browser sent back to after somebody decided about it: nowhere else.
-- A reference table, small, the same on every machine.
CREATE TABLE gateway.app_redirect (
    app_id       text NOT NULL,
    redirect_uri text NOT NULL CHECK (char_length(redirect_uri) BETWEEN 1 AND 256),
    PRIMARY KEY (app_id, redirect_uri),
    FOREIGN KEY (app_id) REFERENCES gateway.app (app_id)
);

-- That a person let an application know who they are: on the person's shard. Of the code and the tokens
-- only the SHA-256 is kept. The code is exchanged once (`started_at`); refreshing puts new tokens in the
-- place of the old ones, so that each login has one of either at most.
CREATE TABLE gateway.login (
    shard              smallint    NOT NULL,
    login_id           uuid        NOT NULL,
    person_id          uuid        NOT NULL,
    user_no            text        NOT NULL,
    app_id             text        NOT NULL,
    scope              text        NOT NULL CHECK (scope IN ('auth_base', 'auth_user')),
    created_at         timestamptz NOT NULL,
    code_sha256        bytea       NOT NULL CHECK (length(code_sha256) = 32),
    code_expires_at    timestamptz NOT NULL,
    started_at         timestamptz,
    access_sha256      bytea CHECK (length(access_sha256) = 32),
    access_expires_at  timestamptz,
    refresh_sha256     bytea CHECK (length(refresh_sha256) = 32),
    refresh_expires_at timestamptz,
    PRIMARY KEY (shard, login_id),
    UNIQUE (shard, code_sha256),
    UNIQUE (shard, access_sha256),
    UNIQUE (shard, refresh_sha256),
    CHECK (num_nulls(started_at, access_sha256, access_expires_at, refresh_sha256,
                     refresh_expires_at) IN (0, 5))
);
CREATE INDEX login_over ON gateway.login (shard, (coalesce(refresh_expires_at, code_expires_at)));
