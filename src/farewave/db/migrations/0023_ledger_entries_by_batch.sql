-- An account has one entry for each batch that touches it instead of one for each leg: a hot account
-- takes part in a batch dozens of times, and its totals in between follow from the transfers. `at`
-- is the batch's time, `position` that of its last transfer in the account, `earlier` those of the
-- others before it, rising. An entry of before has none.
ALTER TABLE ledger.entry
    DROP COLUMN transfer_id,
    ADD COLUMN earlier bigint[],
    ADD COLUMN limited smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT entry_earlier_check CHECK (earlier IS NULL OR cardinality(earlier) > 0),
    ADD CONSTRAINT debits_within_credits
        CHECK (limited <> 1 OR debits_posted + debits_pending <= credits_posted),
    ADD CONSTRAINT credits_within_debits
        CHECK (limited <> 2 OR credits_posted + credits_pending <= debits_posted);

-- Totals stand in entries alone: an account's are those of its last one. What its limit refuses is
-- refused there, by `limited`: 1 its debits, 2 its credits must not exceed the other side. Entries
-- of before were judged by the account's own checks.
ALTER TABLE ledger.account
    DROP COLUMN debits_posted,
    DROP COLUMN credits_posted,
    DROP COLUMN debits_pending,
    DROP COLUMN credits_pending;

-- One row for each leg in each account, with the account's totals after it: those of the entry, less
-- what the entry's later transfers moved. A leg whose transfer isn't there has no `transfer_id`.
CREATE VIEW ledger.leg AS
SELECT e.shard, e.account_id, e.at, l.*
FROM ledger.entry AS e
LEFT JOIN ledger.account AS a ON a.shard = e.shard AND a.account_id = e.account_id
CROSS JOIN LATERAL (
    SELECT m.position, m.transfer_id,
        e.debits_posted - coalesce(sum(m.posted) FILTER (WHERE m.is_debit) OVER later, 0)::bigint
            AS debits_posted,
        e.credits_posted - coalesce(sum(m.posted) FILTER (WHERE m.is_credit) OVER later, 0)::bigint
            AS credits_posted,
        e.debits_pending - coalesce(sum(m.pending) FILTER (WHERE m.is_debit) OVER later, 0)::bigint
            AS debits_pending,
        e.credits_pending
            - coalesce(sum(m.pending) FILTER (WHERE m.is_credit) OVER later, 0)::bigint
            AS credits_pending
    FROM (
        SELECT p.position, t.transfer_id,
            t.debit_account_id = e.account_id AS is_debit,
            t.credit_account_id = e.account_id AS is_credit,
            CASE WHEN t.stage IN (1, 3, 6) THEN t.amount_fen ELSE 0 END AS posted,
            CASE WHEN t.stage = 2 THEN t.amount_fen WHEN t.stage IN (3, 4, 5) THEN -b.amount_fen
                ELSE 0 END AS pending
        FROM unnest(e.earlier || e.position) AS p (position)
        LEFT JOIN ledger.transfer AS t
            ON t.shard = e.shard AND t.currency = a.currency AND t.position = p.position
        LEFT JOIN ledger.transfer AS b ON b.shard = e.shard AND b.transfer_id = t.pending_id
    ) AS m
    WINDOW later AS (
        ORDER BY m.position DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
) AS l;
