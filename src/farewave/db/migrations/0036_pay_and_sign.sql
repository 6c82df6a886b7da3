-- An agreement that is signed by paying: what a merchant's order offers, and what its trade signs.
ALTER TABLE payments.checkout ADD COLUMN agreement_offer_id uuid;

-- On the shard of the trade, which is its payer's: the agreement comes to lie there too.
CREATE TABLE payments.trade_signing (
    shard        smallint NOT NULL,
    trade_no     text     NOT NULL,
    offer_id     uuid     NOT NULL,
    agreed       text,              -- the terms that were seen, while a bank is asked for the money
    agreement_no text,              -- once the trade is paid
    PRIMARY KEY (shard, trade_no)
);
