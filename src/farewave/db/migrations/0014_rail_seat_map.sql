-- A coach of a run is one row: its seats' segments as bits, instead of a row for each seat.
--
-- taken: for each segment, (places + 7) / 8 octets; bit n of them (get_bit counts so) is set when
-- somebody sits at place n + 1 on that segment. version counts the changes: whoever writes names
-- the version that was read, so that nothing is ever written over a change that wasn't seen.
CREATE TABLE rail.seat_map (
    run_id      uuid        NOT NULL,
    class_code  text        NOT NULL,
    coach       text        NOT NULL,
    places      smallint    NOT NULL CHECK (places > 0),
    taken       bytea       NOT NULL CHECK (octet_length(taken) % ((places + 7) / 8) = 0),
    version     bigint      NOT NULL,
    PRIMARY KEY (run_id, class_code, coach)
) WITH (fillfactor = 50);

-- When a traveller's time was last asked for. Writing it is the traveller's lock.
ALTER TABLE rail.traveller ADD COLUMN asked_at timestamptz;

INSERT INTO rail.seat_map (run_id, class_code, coach, places, taken, version)
SELECT c.run_id, c.class_code, c.coach, c.places, octets.taken, 1
FROM (
    SELECT s.run_id, s.class_code, s.coach, count(*)::smallint AS places,
        (SELECT max(seq) - 1 FROM rail.stop t
         WHERE t.version = r.version AND t.train_no = r.train_no) AS segments
    FROM rail.seat s JOIN rail.run r USING (run_id)
    GROUP BY s.run_id, s.class_code, s.coach, r.version, r.train_no
) AS c,
LATERAL (
    SELECT decode(string_agg(lpad(to_hex(octet.bits), 2, '0'), '' ORDER BY segment, place_8), 'hex')
        AS taken
    FROM generate_series(0, c.segments - 1) AS segment,
        generate_series(0, (c.places + 7) / 8 - 1) AS place_8,
        LATERAL (
            SELECT coalesce(sum(((s.taken >> segment) & 1)::int << (s.place - 1) % 8), 0)::int
                AS bits
            FROM rail.seat s
            WHERE s.run_id = c.run_id AND s.coach = c.coach AND (s.place - 1) / 8 = place_8
        ) AS octet
) AS octets;

DROP TABLE rail.seat;
