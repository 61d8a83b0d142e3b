-- The bureau's own catalogues of measures, put in force by named persons from a date. `texts` is all that
-- reading one again takes, as JSON ({file, own, base}): the shipped catalogues that it was laid over too, as
-- they stood then. Never changed; every one waits for a second person, and one that is taken back says so.
CREATE TABLE adopted_catalogues(
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    put_at INTEGER NOT NULL,
    put_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    trial TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    texts TEXT NOT NULL,
    confirmed_at INTEGER,
    confirmed_by TEXT,
    begun_at INTEGER,
    withdrawn_at INTEGER,
    withdrawn_by TEXT,
    withdrawn_why TEXT
) STRICT;

-- Grades that changed beside the edition, by the paper that changed them: who decided, on what paper, who
-- entered it and who confirmed it. "from" is a civil day, as 2026-12-01.
CREATE TABLE grade_papers(
    number INTEGER PRIMARY KEY,
    paper TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    put_at INTEGER NOT NULL,
    put_by TEXT NOT NULL,
    trial TEXT NOT NULL,
    confirmed_at INTEGER,
    confirmed_by TEXT,
    withdrawn_at INTEGER,
    withdrawn_by TEXT,
    withdrawn_why TEXT
) STRICT;
CREATE TABLE grade_changes(
    paper INTEGER NOT NULL REFERENCES grade_papers(number),
    enterprise TEXT NOT NULL,
    grade TEXT NOT NULL,
    "from" TEXT NOT NULL,
    PRIMARY KEY(paper, enterprise)
) STRICT, WITHOUT ROWID;
CREATE INDEX grade_changes_by_enterprise ON grade_changes(enterprise);

-- By what a plan was derived: {catalogue, sha256, grade_changes}; null in plans of before: as shipped.
ALTER TABLE response_plans ADD COLUMN rules TEXT;
