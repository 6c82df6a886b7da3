-- The demonstration bank becomes several simulated banks, each with its own books. They also pay out
-- to cards and give debits back.
ALTER TABLE demo_bank.account ADD COLUMN bank_code text NOT NULL DEFAULT 'FWB';
ALTER TABLE demo_bank.account ALTER COLUMN bank_code DROP DEFAULT;
ALTER TABLE demo_bank.agreement ADD COLUMN bank_code text NOT NULL DEFAULT 'FWB';
ALTER TABLE demo_bank.agreement ALTER COLUMN bank_code DROP DEFAULT;

-- A refund names the debit that it gives back and needs no token: the customer's consent may be over.
ALTER TABLE demo_bank.debit RENAME TO instruction;
ALTER INDEX demo_bank.debit_of_card RENAME TO instruction_of_card;
ALTER TABLE demo_bank.instruction
    ADD COLUMN bank_code text NOT NULL DEFAULT 'FWB',
    ADD COLUMN kind text NOT NULL DEFAULT 'debit' CHECK (kind IN ('debit', 'credit', 'refund')),
    ADD COLUMN debit_id uuid,
    ALTER COLUMN token DROP NOT NULL,
    DROP CONSTRAINT debit_pkey,
    ADD PRIMARY KEY (bank_code, instruction_id),
    ADD CHECK ((kind = 'refund') = (debit_id IS NOT NULL)),
    ADD CHECK ((kind = 'refund') = (token IS NULL));
ALTER TABLE demo_bank.instruction
    ALTER COLUMN bank_code DROP DEFAULT,
    ALTER COLUMN kind DROP DEFAULT;
CREATE INDEX instruction_refund ON demo_bank.instruction (bank_code, debit_id)
    WHERE kind = 'refund';

ALTER TABLE demo_bank.fault DROP CONSTRAINT fault_fault_check;
ALTER TABLE demo_bank.fault ADD CONSTRAINT fault_fault_check
    CHECK (fault IN ('none', 'slow', 'silent', 'duplicate', 'refuse', 'down'));
