-- What a transfer does beside moving its amount, as bits: 1 and 2 it balances its debit or credit
-- account (moves as much as there is, up to `asked_fen`), 4 and 8 it closes its debit or credit
-- account. What closes may find nothing to move.
ALTER TABLE ledger.transfer
    ADD COLUMN flags smallint NOT NULL DEFAULT 0,
    ADD COLUMN asked_fen bigint,
    DROP CONSTRAINT transfer_amount_fen_check,
    ADD CONSTRAINT transfer_amount_fen_check
        CHECK (amount_fen > 0 OR (amount_fen = 0 AND (flags & 12 <> 0 OR stage = 6))),
    ADD CONSTRAINT transfer_flags_check
        CHECK (flags = 0 OR (flags BETWEEN 1 AND 15 AND (stage = 1 OR (stage = 2 AND flags < 4)))),
    ADD CONSTRAINT transfer_asked_fen_check
        CHECK ((asked_fen IS NOT NULL) = (flags <> 0) AND amount_fen <= asked_fen);
