-- What people entered about days of the season's windows. Only added to: of several entries about one day
-- the last counts, and 'withdrawn' takes them back.
CREATE TABLE season_entries(
    number INTEGER PRIMARY KEY,
    season_window TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    line TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    entered_at INTEGER NOT NULL,
    entered_by TEXT NOT NULL
) STRICT;
CREATE INDEX season_entries_by_line ON season_entries(season_window, enterprise, line, number);

-- The ledger asks what was found on one line over a season.
CREATE INDEX verdicts_of_line ON verdicts(enterprise, line, window_from) WHERE is_latest = 1;
