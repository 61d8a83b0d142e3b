-- What the instruments of a county's enterprises recorded on a day, counted once the day is over: electricity
-- of its total meters (kWh), emission of its outlets (kg). Counting reads a whole day of readings, so it is
-- kept. `day` is a civil day of the region, "2015-12-07".
CREATE TABLE county_days(
    kind TEXT NOT NULL,
    county TEXT NOT NULL,
    day TEXT NOT NULL,
    value REAL NOT NULL,
    points INTEGER NOT NULL,
    points_known INTEGER NOT NULL,
    PRIMARY KEY(kind, county, day)
) STRICT, WITHOUT ROWID;
-- When a day was counted last, and by which edition of the inventory; readings that come late change it
-- for some days.
CREATE TABLE county_days_counted(
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    edition TEXT NOT NULL,
    counted_at INTEGER NOT NULL,
    PRIMARY KEY(kind, day)
) STRICT, WITHOUT ROWID;
