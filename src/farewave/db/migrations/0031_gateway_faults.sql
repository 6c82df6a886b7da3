-- What the sandbox's switchboard has in hand: how the next calls of a method of an application go wrong.
-- A reference table, small, the same on every machine; production never reads what it says.
CREATE TABLE gateway.fault (
    app_id     text     NOT NULL,
    method     text     NOT NULL,
    fault      text     NOT NULL CHECK (fault IN ('unavailable', 'hang', 'lost_answer', 'notify_twice')),
    hang_s     smallint NOT NULL CHECK (hang_s BETWEEN 1 AND 600),
    calls_left smallint NOT NULL CHECK (calls_left >= 0),
    orders     text[]   NOT NULL DEFAULT '{}', -- whose next notification is posted twice
    PRIMARY KEY (app_id, method)
);
