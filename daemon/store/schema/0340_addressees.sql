-- Lists of addressees as they were handed in (责任对象名单); the last one is in force.
CREATE TABLE addressee_lists(
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    form TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- What addressees are asked, as desired state: one row for an addressee and a subject (a warning, a prompt, a step of a
-- ladder, a pre-notice), with a revision that only rises. `due_at`: since when an answer is waited for; null: nothing
-- is. `listed_at`: to be telephoned since. `document`: as it is signed when it goes out.
CREATE TABLE tasks(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    addressee TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    contact TEXT NOT NULL,
    phone TEXT NOT NULL,
    account TEXT NOT NULL,
    about TEXT NOT NULL,
    subject TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    digest TEXT NOT NULL,
    document TEXT NOT NULL,
    wanted TEXT NOT NULL,
    lifted INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    deadline INTEGER,
    state TEXT NOT NULL DEFAULT 'none',
    state_at INTEGER,
    state_by TEXT NOT NULL DEFAULT '',
    due_at INTEGER,
    listed_at INTEGER,
    UNIQUE(addressee, about, subject)
) STRICT;
CREATE INDEX tasks_of_subject ON tasks(about, subject, lifted);
CREATE INDEX tasks_due ON tasks(due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_open ON tasks(number) WHERE lifted = 0;
CREATE INDEX tasks_of_account ON tasks(account, number) WHERE account <> '';
CREATE INDEX tasks_of_phone ON tasks(phone, number) WHERE phone <> '' AND lifted = 0;

CREATE TABLE task_revisions(
    task INTEGER NOT NULL REFERENCES tasks(number),
    revision INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY(task, revision)
) STRICT, WITHOUT ROWID;

-- Answers (回执), and files that came with them. `effect`: moves or repeat.
CREATE TABLE task_answers(
    number INTEGER PRIMARY KEY,
    task INTEGER NOT NULL REFERENCES tasks(number),
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    by TEXT NOT NULL,
    note TEXT NOT NULL,
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    remote TEXT NOT NULL,
    effect TEXT NOT NULL,
    file INTEGER
) STRICT;
CREATE INDEX task_answers_of ON task_answers(task, number);
CREATE TABLE task_files(
    number INTEGER PRIMARY KEY,
    task INTEGER NOT NULL REFERENCES tasks(number),
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE(task, sha256)
) STRICT;

-- Written with the revision they carry. `standing`: waiting, sent, closed (`closed_why`: answered, superseded,
-- no address). `failures`: in a row.
CREATE TABLE task_sendings(
    number INTEGER PRIMARY KEY,
    task INTEGER NOT NULL REFERENCES tasks(number),
    revision INTEGER NOT NULL,
    channel TEXT NOT NULL,
    standing TEXT NOT NULL DEFAULT 'waiting',
    closed_why TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    UNIQUE(task, revision, channel)
) STRICT;
CREATE INDEX task_sendings_waiting ON task_sendings(channel, next_at) WHERE standing = 'waiting';
CREATE TABLE task_attempts(
    number INTEGER PRIMARY KEY,
    sending INTEGER NOT NULL REFERENCES task_sendings(number),
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    answer TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX task_attempts_of ON task_attempts(sending, number);

-- For which matters a task of a ladder's step was made; with the last of them it is lifted.
CREATE TABLE task_matters(
    matter INTEGER NOT NULL,
    task INTEGER NOT NULL REFERENCES tasks(number),
    PRIMARY KEY(matter, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_matters_by_task ON task_matters(task);
