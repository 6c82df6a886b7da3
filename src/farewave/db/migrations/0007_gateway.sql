-- Gateway: the applications that may call the Open Platform. A reference table, small, the same on
-- every machine; an application's own public key is kept, its private key never is.
CREATE SCHEMA gateway;

CREATE TABLE gateway.app (
    app_id      text        NOT NULL CHECK (app_id ~ '^2021[0-9]{12}$'),
    merchant_id uuid        NOT NULL,
    name        text        NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    public_key  text        NOT NULL, -- base64 of SubjectPublicKeyInfo, RSA
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (app_id)
);
