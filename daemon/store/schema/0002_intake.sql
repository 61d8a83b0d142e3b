-- Inventory editions: immutable; meta 'inventory_edition' is the number of the one in use.
CREATE TABLE inventory_editions(
    number INTEGER PRIMARY KEY,
    edition TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL UNIQUE,
    loaded_at INTEGER NOT NULL,
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    enterprises INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    meters INTEGER NOT NULL
) STRICT;
CREATE TABLE inventory_files(
    edition INTEGER NOT NULL REFERENCES inventory_editions(number),
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY(edition, name)
) STRICT, WITHOUT ROWID;

-- Forecasts as they came, every revision; a document of several sources has a row for each. `regions` is a
-- JSON list. Source and issue are those the document is read with again.
CREATE TABLE forecasts(
    number INTEGER PRIMARY KEY,
    arrived INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    regions TEXT NOT NULL,
    first INTEGER NOT NULL,
    past INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE(sha256, source, issued_at)
) STRICT;
CREATE INDEX forecasts_by_issue ON forecasts(issued_at);

-- Observations: the deliveries as they came, and the hours in them; a later delivery of an hour replaces
-- the earlier one, which stays readable in its delivery. Concentrations are millionths of the unit
-- (µg/m³, CO mg/m³), null where missing. `hour` is the start of the hour.
CREATE TABLE observation_deliveries(
    number INTEGER PRIMARY KEY,
    arrived INTEGER NOT NULL,
    person TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE observations(
    region TEXT NOT NULL,
    hour INTEGER NOT NULL,
    pm25 INTEGER, pm10 INTEGER, so2 INTEGER, no2 INTEGER, co INTEGER, o3 INTEGER,
    delivery INTEGER NOT NULL REFERENCES observation_deliveries(number),
    PRIMARY KEY(region, hour)
) STRICT, WITHOUT ROWID;

-- Power: the mean of the interval that ends at t_end. `kwh` is the interval's energy, `kwh_total` a meter's
-- running register, both as they came; `kw` is as it came or derived from them.
CREATE TABLE readings(
    t_end INTEGER NOT NULL,
    meter TEXT NOT NULL,
    kw REAL NOT NULL,
    kwh REAL,
    kwh_total REAL,
    arrived INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    PRIMARY KEY(t_end, meter)
) STRICT, WITHOUT ROWID;
-- The first reading of a time counts; one that says otherwise is kept here.
CREATE TABLE reading_repeats(
    t_end INTEGER NOT NULL,
    meter TEXT NOT NULL,
    kw REAL NOT NULL,
    kwh REAL,
    arrived INTEGER NOT NULL,
    PRIMARY KEY(t_end, meter, kw)
) STRICT, WITHOUT ROWID;
-- Last reading of each meter, for registers and for the silence of a meter.
CREATE TABLE meter_state(
    meter TEXT PRIMARY KEY,
    t_end INTEGER NOT NULL,
    kwh_total REAL,
    arrived INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- mg/m³ at standard state, dry; flow in m³/h.
CREATE TABLE stack_readings(
    t_end INTEGER NOT NULL,
    outlet TEXT NOT NULL,
    factor TEXT NOT NULL,
    mg_per_m3 REAL NOT NULL,
    flow REAL,
    arrived INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    PRIMARY KEY(t_end, outlet, factor)
) STRICT, WITHOUT ROWID;

CREATE TABLE gate_passages(
    t INTEGER NOT NULL,
    enterprise TEXT NOT NULL,
    plate TEXT NOT NULL,
    direction TEXT NOT NULL,
    emission_standard TEXT NOT NULL,
    kind TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    PRIMARY KEY(t, enterprise, plate, direction)
) STRICT, WITHOUT ROWID;

CREATE TABLE presence(
    enterprise TEXT PRIMARY KEY,
    online INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages that could not be taken in, with the reason; the newest are kept.
CREATE TABLE rejected(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    arrived INTEGER NOT NULL,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
