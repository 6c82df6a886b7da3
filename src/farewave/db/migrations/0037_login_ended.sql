-- That the person has taken back what they agreed to. The row stays until its time is over: the consent
-- handed in again must not make another code of it.
ALTER TABLE gateway.login ADD COLUMN ended_at timestamptz;
CREATE INDEX login_of_person ON gateway.login (shard, person_id, app_id);
