-- Documents between the tiers (daemon/federation): what waits for a peer is written by triggers in the transaction of
-- the decision that causes it, so no way of deciding can forget it. Nothing is written while there is no peer.
CREATE TABLE federation_peers(
    region TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    is_above INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE federation_self(region TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- `peer`: its region. `subject`: number of a prompt, id of a floor. `document` is made at the first attempt and kept as
-- it was sent. `standing`: waiting, delivered (the receipt proves it), refused (likewise), closed (`closed_why`:
-- superseded, expired, off, gone).
CREATE TABLE federation_sendings(
    number INTEGER PRIMARY KEY,
    peer TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    standing TEXT NOT NULL DEFAULT 'waiting',
    closed_why TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0,
    document TEXT,
    key TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    receipt TEXT,
    ended_at INTEGER,
    UNIQUE(peer, kind, subject, revision)
) STRICT;
CREATE INDEX federation_sendings_waiting ON federation_sendings(peer, next_at) WHERE standing = 'waiting';

-- What came, as it came. `verdict`: taken, repeated, or why it was refused. `content`: SHA-256 of what it says.
CREATE TABLE federation_documents(
    number INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    remote TEXT NOT NULL,
    digest TEXT NOT NULL,
    document BLOB NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    issuer TEXT NOT NULL,
    key TEXT NOT NULL,
    content TEXT NOT NULL,
    is_proved INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    why TEXT NOT NULL,
    receipt TEXT
) STRICT;
CREATE INDEX federation_documents_digest ON federation_documents(digest) WHERE is_proved = 1;
CREATE INDEX federation_documents_taken ON federation_documents(id, revision) WHERE verdict = 'taken';
CREATE INDEX federation_documents_unproved ON federation_documents(number) WHERE is_proved = 0;

-- Whose document a prompt or a floor on record is of, and under which id it goes on.
CREATE TABLE federation_origins(
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX federation_origins_subject ON federation_origins(kind, subject);

CREATE TRIGGER federation_prompt_made AFTER INSERT ON prompts BEGIN
    INSERT INTO federation_sendings(peer, kind, subject, revision)
        SELECT region, 'prompt', new.number, 1 FROM federation_peers WHERE is_above = 0;
END;
CREATE TRIGGER federation_prompt_changed AFTER UPDATE ON prompts BEGIN
    UPDATE federation_sendings SET standing = 'closed', closed_why = 'superseded' WHERE standing = 'waiting' AND
        kind = 'prompt' AND subject = new.number AND peer IN (SELECT region FROM federation_peers);
    INSERT INTO federation_sendings(peer, kind, subject, revision)
        SELECT p.region, 'prompt', new.number, 1 + coalesce((SELECT max(revision) FROM federation_sendings AS s WHERE
            s.peer = p.region AND s.kind = 'prompt' AND s.subject = new.number), 0)
        FROM federation_peers AS p WHERE is_above = 0;
END;
CREATE TRIGGER federation_floor_made AFTER INSERT ON floors_from_above BEGIN
    INSERT INTO federation_sendings(peer, kind, subject, revision)
        SELECT region, 'floor', new.id, 1 FROM federation_peers WHERE is_above = 0;
END;
CREATE TRIGGER federation_floor_changed AFTER UPDATE ON floors_from_above BEGIN
    UPDATE federation_sendings SET standing = 'closed', closed_why = 'superseded' WHERE standing = 'waiting' AND
        kind = 'floor' AND subject = new.id AND peer IN (SELECT region FROM federation_peers);
    INSERT INTO federation_sendings(peer, kind, subject, revision)
        SELECT p.region, 'floor', new.id, 1 + coalesce((SELECT max(revision) FROM federation_sendings AS s WHERE
            s.peer = p.region AND s.kind = 'floor' AND s.subject = new.id), 0)
        FROM federation_peers AS p WHERE is_above = 0;
END;
-- Our own follow-up goes back to who sent the prompt.
CREATE TRIGGER federation_followed AFTER UPDATE OF state, note ON prompt_follow_up
    WHEN (new.state <> old.state OR new.note <> old.note) AND
        new.region IN (SELECT region FROM federation_self) BEGIN
    UPDATE federation_sendings SET standing = 'closed', closed_why = 'superseded' WHERE standing = 'waiting' AND
        kind = 'follow_up' AND subject = new.prompt AND peer IN (SELECT region FROM federation_peers);
    INSERT INTO federation_sendings(peer, kind, subject, revision)
        SELECT p.region, 'follow_up', new.prompt, 1 + coalesce((SELECT max(revision) FROM federation_sendings AS s
            WHERE s.peer = p.region AND s.kind = 'follow_up' AND s.subject = new.prompt), 0)
        FROM federation_origins AS o JOIN federation_peers AS p ON p.region = o.issuer
        WHERE o.kind = 'prompt' AND o.subject = new.prompt AND p.is_above = 1;
END;
