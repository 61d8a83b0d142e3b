-- Verdicts on obligations, their versions, the cases that come of them, and stored reports.

-- One window of an obligation is one (enterprise, obligation, window_from). A new version is written when
-- the answer or its findings change, and when the window has closed; while nothing changes the latest
-- version is extended to what has been seen since. Earlier versions are never touched.
CREATE TABLE verdicts(
    number INTEGER PRIMARY KEY,
    enterprise TEXT NOT NULL,
    obligation TEXT NOT NULL,
    window_from INTEGER NOT NULL,
    version INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,
    is_final INTEGER NOT NULL,
    warning TEXT NOT NULL,
    line TEXT NOT NULL,
    action TEXT NOT NULL,
    ratio REAL NOT NULL,
    revision INTEGER NOT NULL,
    window_to INTEGER NOT NULL,
    judged_at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    compliance TEXT NOT NULL,
    judge_edition INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE(enterprise, obligation, window_from, version)
) STRICT;
CREATE INDEX verdicts_latest ON verdicts(warning, compliance) WHERE is_latest = 1;

-- Obligations that no instrument shows, with the reason; the newest reason stands.
CREATE TABLE not_judged(
    enterprise TEXT NOT NULL,
    obligation TEXT NOT NULL,
    window_from INTEGER NOT NULL,
    warning TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(enterprise, obligation, window_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE cases(
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    obligation TEXT NOT NULL,
    window_from INTEGER NOT NULL,
    warning TEXT NOT NULL,
    verdict INTEGER REFERENCES verdicts(number),
    state TEXT NOT NULL,
    conclusion TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE(kind, enterprise, obligation, window_from)
) STRICT;
CREATE INDEX cases_by_state ON cases(state, number);

CREATE TABLE case_steps(
    number INTEGER PRIMARY KEY,
    case_number INTEGER NOT NULL REFERENCES cases(number),
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    person TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX case_steps_by_case ON case_steps(case_number, number);

CREATE TABLE reports(
    number INTEGER PRIMARY KEY,
    warning TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    person TEXT NOT NULL,
    json TEXT NOT NULL,
    html TEXT NOT NULL
) STRICT;
CREATE INDEX reports_by_warning ON reports(warning, number);
