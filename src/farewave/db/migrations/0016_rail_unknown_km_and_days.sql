-- An imported timetable may not know a stop's kilometres, and a train may not run every day.
ALTER TABLE rail.stop ALTER COLUMN km DROP NOT NULL;
ALTER TABLE rail.train ADD COLUMN days text; -- as model.network.RunningDays writes them; NULL: daily
