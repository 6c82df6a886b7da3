-- An account's currency is three capital letters again, as before 0015, which only counted three
-- octets: a domain is judged when a currency is written, not each time that a total is.
CREATE DOMAIN ledger.currency AS text CHECK (VALUE ~ '^[A-Z]{3}$');
ALTER TABLE ledger.account
    DROP CONSTRAINT account_currency_check,
    ALTER COLUMN currency TYPE ledger.currency;
