-- Whoever keeps counts of seats asks which runs changed since they last looked, however many there
-- are: `changes` counts each time that a run's seats may have been written, `changed_at` is when
-- that transaction began.
ALTER TABLE rail.run ADD COLUMN changes bigint NOT NULL DEFAULT 0;
ALTER TABLE rail.run ADD COLUMN changed_at timestamptz;
UPDATE rail.run SET changed_at = opened_at;
ALTER TABLE rail.run ALTER COLUMN changed_at SET NOT NULL;
CREATE INDEX run_changed ON rail.run (changed_at);
