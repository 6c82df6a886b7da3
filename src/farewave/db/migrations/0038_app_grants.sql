-- That a merchant lets an application of somebody else (its agent) act for one of its own. A reference
-- table, small, the same on every machine. Codes and tokens aren't kept: they name the grant, and prove
-- themselves by its number and the count of the pair.
CREATE TABLE gateway.app_grant (
    number          text        NOT NULL CHECK (number ~ '^[0-9a-f]{16}$'),
    agent_app_id    text        NOT NULL,
    app_id          text        NOT NULL,
    created_at      timestamptz NOT NULL,
    code_expires_at timestamptz NOT NULL,
    started_at      timestamptz,
    renewed_at      timestamptz,
    pair            integer     NOT NULL DEFAULT 0,
    ended_at        timestamptz,
    PRIMARY KEY (number),
    FOREIGN KEY (agent_app_id) REFERENCES gateway.app (app_id),
    FOREIGN KEY (app_id) REFERENCES gateway.app (app_id),
    CHECK (agent_app_id <> app_id),
    CHECK (CASE WHEN pair = 0 THEN num_nonnulls(started_at, renewed_at) = 0
           ELSE pair > 0 AND num_nulls(started_at, renewed_at) = 0 END)
);
-- In force is one at most between two applications.
CREATE UNIQUE INDEX app_grant_in_force ON gateway.app_grant (app_id, agent_app_id)
    WHERE started_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX app_grant_of_app ON gateway.app_grant (app_id, created_at);

-- Whose application asked, where it wasn't the merchant's own: it is told, too, and named in what is told.
ALTER TABLE payments.trade ADD COLUMN agent_app_id text;
ALTER TABLE payments.checkout ADD COLUMN agent_app_id text;
ALTER TABLE payments.authorization ADD COLUMN agent_app_id text;
ALTER TABLE payments.agreement_offer ADD COLUMN agent_app_id text;
ALTER TABLE payments.agreement ADD COLUMN agent_app_id text;
