-- Further series beside power and stacks (series.csv of the inventory): numbers, or states as words ('running',
-- 'bypass_open'). `number` and `state` exclude each other; both are NULL where what came could not be read (`text` says
-- what it was). The first of a time counts; what says otherwise later is another row.
CREATE TABLE series_values(
    t INTEGER NOT NULL,
    series TEXT NOT NULL,
    text TEXT NOT NULL,
    number REAL,
    state TEXT,
    valid INTEGER NOT NULL,
    arrived INTEGER NOT NULL,
    raw INTEGER,
    PRIMARY KEY(t, series, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX series_values_of ON series_values(series, t);

-- Where the frame stands in the file of raw bytes of the day on which it arrived; NULL: it was not kept.
ALTER TABLE hj212_values ADD COLUMN raw INTEGER;
-- For the hours that are made of moments and minutes.
CREATE INDEX hj212_values_of ON hj212_values(outlet, command, t);
