-- Rosters as they were handed in (值班表); the last one is in force.
CREATE TABLE rosters(
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    form TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- What waits or waited for a person (待办事项). One of another revision is another matter. `look_at`: when its ladder
-- has something to do next; null: never again.
CREATE TABLE matters(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    region TEXT NOT NULL,
    text TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    look_at INTEGER,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX matters_open ON matters(kind, subject, revision) WHERE closed_at IS NULL;
CREATE INDEX matters_closed ON matters(closed_at) WHERE closed_at IS NOT NULL;

-- The steps that were taken, each once. `call`: the message that tells of it; null: it tells nobody.
CREATE TABLE matter_steps(
    matter INTEGER NOT NULL REFERENCES matters(number),
    step INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    asked TEXT NOT NULL,
    call INTEGER,
    PRIMARY KEY(matter, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX matter_steps_by_call ON matter_steps(call) WHERE call IS NOT NULL;

-- What people did about it: taken over (接手), snoozed (暂缓) or escalated to a step.
CREATE TABLE matter_acts(
    number INTEGER PRIMARY KEY,
    matter INTEGER NOT NULL REFERENCES matters(number),
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    act TEXT NOT NULL,
    step INTEGER,
    until INTEGER,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX matter_acts_by_matter ON matter_acts(matter, number);

-- Messages to people on duty, each of one step of one kind in one county; and their way to the gateways. One whose
-- matters are all answered before it went out is dropped.
CREATE TABLE duty_calls(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    step INTEGER NOT NULL,
    action TEXT NOT NULL,
    region TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    asked TEXT NOT NULL
) STRICT;
CREATE TABLE duty_deliveries(
    call INTEGER NOT NULL REFERENCES duty_calls(number),
    target TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    taken_at INTEGER,
    dropped_at INTEGER,
    last_error TEXT NOT NULL,
    PRIMARY KEY(call, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_deliveries_due ON duty_deliveries(target, call) WHERE taken_at IS NULL AND dropped_at IS NULL;

-- Hand-overs (交接班): what happened since the one before, as it was signed by who handed over and by who took over.
CREATE TABLE handovers(
    number INTEGER PRIMARY KEY,
    since INTEGER NOT NULL,
    given_at INTEGER NOT NULL,
    given_by TEXT NOT NULL,
    given_to TEXT NOT NULL,
    taken_at INTEGER,
    taken_by TEXT NOT NULL DEFAULT '',
    taken_note TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;

-- What is looked for again and again: places that have not followed a prompt, and what was decided lately.
CREATE INDEX prompt_follow_up_waiting ON prompt_follow_up(prompt) WHERE state = 'waiting';
CREATE INDEX warning_story_by_time ON warning_story(at);
