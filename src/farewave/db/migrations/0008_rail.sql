-- Rail. Four kinds of tables:
-- * the timetable: small, the same everywhere, a version is never changed once it is written;
-- * by run_id: seats, orders with their tickets, payments, so that a hold is one place's work;
-- * by shard: what belongs to one account (its passengers, an index of its orders);
-- * claims, by the very key that must be unique: an order number, a traveller's time.
CREATE SCHEMA rail;

CREATE TABLE rail.timetable (
    version     text        PRIMARY KEY, -- its content's hash
    imported_at timestamptz NOT NULL
);

CREATE TABLE rail.current_timetable (
    only_row    boolean     PRIMARY KEY CHECK (only_row),
    version     text        NOT NULL REFERENCES rail.timetable,
    origin      text        NOT NULL CHECK (origin IN ('shipped', 'imported'))
);

CREATE TABLE rail.station (
    version     text        NOT NULL REFERENCES rail.timetable,
    telecode    text        NOT NULL,
    name        text        NOT NULL,
    name_en     text        NOT NULL,
    pinyin      text        NOT NULL,
    initials    text        NOT NULL,
    city        text        NOT NULL,
    city_en     text        NOT NULL,
    hot         boolean     NOT NULL,
    place       smallint    NOT NULL, -- the order of the file
    PRIMARY KEY (version, telecode)
);

CREATE TABLE rail.train (
    version     text        NOT NULL REFERENCES rail.timetable,
    train_no    text        NOT NULL,
    train_code  text        NOT NULL,
    kind        text        NOT NULL,
    tariff      text        NOT NULL,
    stock       text        NOT NULL,
    PRIMARY KEY (version, train_no)
);

-- Minutes from China's midnight of the service day.
CREATE TABLE rail.stop (
    version     text        NOT NULL,
    train_no    text        NOT NULL,
    seq         smallint    NOT NULL CHECK (seq BETWEEN 1 AND 63),
    telecode    text        NOT NULL,
    arrive_min  smallint,
    depart_min  smallint,
    km          integer     NOT NULL,
    PRIMARY KEY (version, train_no, seq),
    FOREIGN KEY (version, train_no) REFERENCES rail.train,
    FOREIGN KEY (version, telecode) REFERENCES rail.station
);

CREATE TABLE rail.fare (
    version       text      NOT NULL REFERENCES rail.timetable,
    tariff        text      NOT NULL,
    from_telecode text      NOT NULL,
    to_telecode   text      NOT NULL,
    class_code    text      NOT NULL,
    fare_fen      bigint    NOT NULL CHECK (fare_fen > 0),
    basis         text      NOT NULL CHECK (basis IN ('published', 'modelled')),
    PRIMARY KEY (version, tariff, from_telecode, to_telecode, class_code)
);

CREATE TABLE rail.coach (
    version     text        NOT NULL REFERENCES rail.timetable,
    stock       text        NOT NULL,
    coach       text        NOT NULL,
    class_code  text        NOT NULL,
    layout      text        NOT NULL,
    places      smallint    NOT NULL CHECK (places > 0),
    PRIMARY KEY (version, stock, coach)
);

-- A train on one service day; written with its seats when somebody first books it. The id is
-- derived from train and day.
CREATE TABLE rail.run (
    run_id      uuid        PRIMARY KEY,
    train_no    text        NOT NULL,
    service_day date        NOT NULL,
    version     text        NOT NULL,
    opened_at   timestamptz NOT NULL
);

-- taken: bit n set = somebody sits here between the stops n + 1 and n + 2.
CREATE TABLE rail.seat (
    run_id      uuid        NOT NULL,
    coach       text        NOT NULL,
    place       smallint    NOT NULL,
    class_code  text        NOT NULL,
    taken       bigint      NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (run_id, coach, place)
) WITH (fillfactor = 70);

CREATE TABLE rail.ticket_order (
    run_id        uuid        NOT NULL,
    order_id      uuid        NOT NULL,
    order_no      text        NOT NULL CHECK (order_no ~ '^E[0-9]{9}$'),
    shard         smallint    NOT NULL, -- the orderer's
    orderer_id    uuid        NOT NULL,
    payer_user_no text        NOT NULL,
    status        text        NOT NULL CHECK (status IN ('held', 'paid', 'issued', 'cancelled',
                                                         'lapsed', 'refunding', 'refunded')),
    version       text        NOT NULL,
    train_no      text        NOT NULL,
    train_code    text        NOT NULL,
    service_day   date        NOT NULL,
    travel_day    date        NOT NULL, -- China's day on which the train leaves from_telecode
    from_seq      smallint    NOT NULL,
    to_seq        smallint    NOT NULL,
    from_telecode text        NOT NULL,
    to_telecode   text        NOT NULL,
    depart_at     timestamptz NOT NULL,
    arrive_at     timestamptz NOT NULL,
    class_code    text        NOT NULL,
    total_fen     bigint      NOT NULL CHECK (total_fen > 0),
    created_at    timestamptz NOT NULL,
    pay_before    timestamptz NOT NULL,
    check_at      timestamptz NOT NULL, -- while held: when the lapse job looks at it next
    trade_no      text,
    ended_at      timestamptz,
    PRIMARY KEY (run_id, order_id),
    CHECK (from_seq < to_seq),
    CHECK (depart_at < arrive_at)
);
CREATE INDEX ticket_order_held ON rail.ticket_order (check_at) WHERE status = 'held';

CREATE TABLE rail.ticket (
    run_id          uuid        NOT NULL,
    ticket_id       uuid        NOT NULL,
    order_id        uuid        NOT NULL,
    ticket_no       text        NOT NULL, -- the order's number and two digits
    passenger_id    uuid        NOT NULL,
    name_sealed     bytea       NOT NULL,
    name_masked     text        NOT NULL,
    identity_sealed bytea       NOT NULL,
    identity_index  bytea       NOT NULL,
    identity_masked text        NOT NULL,
    coach           text        NOT NULL,
    place           smallint    NOT NULL,
    seat            text        NOT NULL,
    segments        bigint      NOT NULL CHECK (segments > 0),
    fare_fen        bigint      NOT NULL CHECK (fare_fen > 0),
    state           text        NOT NULL CHECK (state IN ('held', 'valid', 'used', 'released',
                                                          'refunded')),
    issued_at       timestamptz,
    entered_at      timestamptz,
    left_at         timestamptz,
    PRIMARY KEY (run_id, ticket_id),
    UNIQUE (run_id, ticket_no),
    FOREIGN KEY (run_id, order_id) REFERENCES rail.ticket_order
);
CREATE INDEX ticket_of_order ON rail.ticket (run_id, order_id);

-- The money that came for an order; refunded_at ends what refund_request_no began.
CREATE TABLE rail.payment (
    run_id            uuid        NOT NULL,
    order_id          uuid        NOT NULL,
    trade_no          text        NOT NULL,
    amount_fen        bigint      NOT NULL CHECK (amount_fen > 0),
    paid_at           timestamptz NOT NULL,
    recorded_at       timestamptz NOT NULL,
    refund_request_no text,
    refunded_at       timestamptz,
    PRIMARY KEY (run_id, order_id),
    FOREIGN KEY (run_id, order_id) REFERENCES rail.ticket_order,
    CHECK (refunded_at IS NULL OR refund_request_no IS NOT NULL)
);

-- One row an orderer, locked by each of their orders.
CREATE TABLE rail.orderer (
    shard         smallint    NOT NULL,
    orderer_id    uuid        NOT NULL,
    open_order_id uuid,
    cancels_day   date,
    cancels       smallint    NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, orderer_id)
);

-- Where the orders of an account lie.
CREATE TABLE rail.orderer_order (
    shard       smallint    NOT NULL,
    orderer_id  uuid        NOT NULL,
    order_id    uuid        NOT NULL,
    run_id      uuid        NOT NULL,
    ticket_ids  uuid[]      NOT NULL,
    PRIMARY KEY (shard, orderer_id, order_id)
);

CREATE TABLE rail.passenger (
    shard           smallint    NOT NULL,
    owner_id        uuid        NOT NULL,
    passenger_id    uuid        NOT NULL,
    name_sealed     bytea       NOT NULL,
    name_masked     text        NOT NULL,
    identity_sealed bytea       NOT NULL,
    identity_index  bytea       NOT NULL,
    identity_masked text        NOT NULL,
    phone_sealed    bytea,
    phone_masked    text,
    is_self         boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (shard, owner_id, passenger_id),
    UNIQUE (shard, owner_id, identity_index)
);

-- Claims.
CREATE TABLE rail.order_number (
    order_no    text        PRIMARY KEY,
    run_id      uuid        NOT NULL,
    order_id    uuid        NOT NULL
);

-- The lock under which a traveller's time is claimed.
CREATE TABLE rail.traveller (
    identity_index bytea    PRIMARY KEY
);

-- expires_at: set while the order is unpaid; from then on anyone may take the time over.
CREATE TABLE rail.journey (
    identity_index bytea       NOT NULL,
    ticket_id      uuid        NOT NULL,
    order_id       uuid        NOT NULL,
    depart_at      timestamptz NOT NULL,
    arrive_at      timestamptz NOT NULL,
    expires_at     timestamptz,
    PRIMARY KEY (identity_index, ticket_id),
    CHECK (depart_at < arrive_at)
);
