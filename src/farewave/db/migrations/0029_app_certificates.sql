-- An application may have a certificate (then it is called with its number alone), and a key that the
-- contents of its calls are encrypted with.
ALTER TABLE gateway.app
    ADD COLUMN certificate     text,        -- PEM, issued by this installation
    ADD COLUMN cert_sn         text CHECK (cert_sn ~ '^[0-9a-f]{32}$'),
    ADD COLUMN cert_expires_at timestamptz,
    ADD COLUMN content_key     bytea,       -- 16 octets in base64, sealed
    ADD CONSTRAINT app_certificate_is_whole CHECK (
        num_nulls(certificate, cert_sn, cert_expires_at) IN (0, 3)
    );
