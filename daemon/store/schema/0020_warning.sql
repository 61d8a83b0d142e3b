-- Warnings, how they came about, and what was published. Times are whole seconds since 1970 (UTC).

-- The present state of each warning. `state` is the whole of it; the columns are for searching.
CREATE TABLE warnings(
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    exercise INTEGER NOT NULL,
    standing TEXT NOT NULL,
    colour TEXT,
    generation INTEGER NOT NULL,
    issued_at INTEGER,
    lifted_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    wake_at INTEGER,
    lapses_at INTEGER,
    plan_generation INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL
) STRICT;
CREATE INDEX warnings_by_standing ON warnings(standing, exercise);

-- What a decision saw, once per content.
CREATE TABLE decision_inputs(
    hash TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every event of every warning, accepted ones only, in order. `found` is what the rules answered on
-- `inputs`; it can be computed again.
CREATE TABLE warning_story(
    number INTEGER PRIMARY KEY,
    warning TEXT NOT NULL REFERENCES warnings(id),
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    change INTEGER,
    kind TEXT,
    colour TEXT,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL,
    clause TEXT NOT NULL,
    generation INTEGER NOT NULL,
    inputs TEXT REFERENCES decision_inputs(hash),
    checked TEXT,
    found TEXT,
    detail TEXT NOT NULL,
    effects TEXT NOT NULL
) STRICT;
CREATE INDEX warning_story_by_warning ON warning_story(warning, number);

-- Changes that were proposed and what became of them.
CREATE TABLE warning_changes(
    warning TEXT NOT NULL REFERENCES warnings(id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    colour TEXT NOT NULL,
    proposer TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    proposal TEXT,
    outcome TEXT NOT NULL,
    closed_at INTEGER,
    closed_by TEXT,
    PRIMARY KEY(warning, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX warning_changes_by_outcome ON warning_changes(outcome, closed_at);

CREATE TABLE consultations(
    number INTEGER PRIMARY KEY,
    warning TEXT NOT NULL REFERENCES warnings(id),
    change INTEGER NOT NULL,
    at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    participants TEXT NOT NULL,
    summary TEXT NOT NULL,
    corrections TEXT NOT NULL,
    amendment TEXT,
    effect TEXT
) STRICT;
CREATE INDEX consultations_by_warning ON consultations(warning, number);

-- What enterprises owed in each generation of a warning's response plan.
CREATE TABLE response_plans(
    warning TEXT NOT NULL REFERENCES warnings(id),
    generation INTEGER NOT NULL,
    at INTEGER NOT NULL,
    edition TEXT NOT NULL,
    colour TEXT,
    summary TEXT NOT NULL,
    plan TEXT NOT NULL,
    PRIMARY KEY(warning, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE floors_from_above(
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    clause TEXT NOT NULL,
    colour TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE prompts(
    number TEXT PRIMARY KEY,
    zone TEXT NOT NULL,
    colour TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    "to" INTEGER,
    deadline INTEGER NOT NULL,
    note TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which city or county has followed a prompt, and how.
CREATE TABLE prompt_follow_up(
    prompt TEXT NOT NULL REFERENCES prompts(number),
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER,
    by TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY(prompt, region)
) STRICT, WITHOUT ROWID;

-- Published messages; written with the decision, never changed.
CREATE TABLE notices(
    number INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL UNIQUE,
    warning TEXT NOT NULL REFERENCES warnings(id),
    kind TEXT NOT NULL,
    colour TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    sender TEXT NOT NULL,
    sent INTEGER NOT NULL,
    expires INTEGER,
    headline TEXT NOT NULL,
    body TEXT NOT NULL,
    measures TEXT NOT NULL,
    instruction TEXT NOT NULL,
    cap TEXT NOT NULL
) STRICT;
CREATE INDEX notices_by_warning ON notices(warning, number);

-- One row per message and gateway, until the gateway has taken it.
CREATE TABLE notice_deliveries(
    notice INTEGER NOT NULL REFERENCES notices(number),
    target TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    taken_at INTEGER,
    last_error TEXT NOT NULL,
    PRIMARY KEY(notice, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_deliveries_due ON notice_deliveries(taken_at, next_at);

-- Answers to commands that carried an Idempotency-Key, so that a repeat gets the same answer.
CREATE TABLE command_answers(
    person TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY(person, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX command_answers_by_age ON command_answers(at);
