-- Reversals: stage 6, a transfer that undoes a posted one whole, the other way round.
ALTER TABLE ledger.transfer
    ADD COLUMN reverses_id uuid,
    DROP CONSTRAINT transfer_stage_check,
    ADD CONSTRAINT transfer_stage_check CHECK (stage BETWEEN 1 AND 6),
    ADD CONSTRAINT transfer_reverses_check CHECK ((reverses_id IS NOT NULL) = (stage = 6));

-- A transfer is reversed at most once.
CREATE UNIQUE INDEX transfer_reversal ON ledger.transfer (shard, reverses_id)
    WHERE reverses_id IS NOT NULL;
