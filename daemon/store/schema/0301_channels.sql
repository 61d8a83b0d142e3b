-- Channels beside the broker (webhook, SMS): which are on, what is to go out on each, and every attempt. A row is
-- written with the revision it carries, in the transaction of the decision; one receipt closes the rows of all.
CREATE TABLE channels_on(channel TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- `standing`: waiting, sent, closed (`closed_why`: answered, superseded, no address, off). `failures`: in a row.
CREATE TABLE sendings(
    number INTEGER PRIMARY KEY,
    enterprise TEXT NOT NULL,
    revision INTEGER NOT NULL,
    channel TEXT NOT NULL,
    standing TEXT NOT NULL DEFAULT 'waiting',
    closed_why TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    asked_by TEXT NOT NULL DEFAULT '',
    UNIQUE(enterprise, revision, channel)
) STRICT;
CREATE INDEX sendings_waiting ON sendings(channel, next_at) WHERE standing = 'waiting';

-- `ended_at` is null while one is under way, or where the daemon ended meanwhile. `answer`: empty where it was taken.
CREATE TABLE send_attempts(
    number INTEGER PRIMARY KEY,
    sending INTEGER NOT NULL,
    target TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    answer TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX send_attempts_of ON send_attempts(sending, began_at);

CREATE TRIGGER sendings_of_revision AFTER INSERT ON order_revisions BEGIN
    UPDATE sendings SET standing = 'closed', closed_why = 'superseded' WHERE enterprise = new.enterprise AND
        revision < new.revision AND standing = 'waiting';
    INSERT INTO sendings(enterprise, revision, channel, next_at)
        SELECT new.enterprise, new.revision, channel, new.issued_at FROM channels_on;
END;
CREATE TRIGGER sendings_answered AFTER UPDATE OF receipt_state ON orders
    WHEN new.receipt_state <> 'none' AND old.receipt_state = 'none' BEGIN
    UPDATE sendings SET standing = 'closed', closed_why = 'answered' WHERE enterprise = new.enterprise AND
        revision = new.revision AND standing = 'waiting';
END;
-- A receipt that a person took back closes nothing.
CREATE TRIGGER sendings_not_answered AFTER UPDATE OF receipt_state ON orders
    WHEN new.receipt_state = 'none' AND old.receipt_state <> 'none' AND new.revision = old.revision BEGIN
    UPDATE sendings SET standing = 'waiting', closed_why = '' WHERE enterprise = new.enterprise AND
        revision = new.revision AND closed_why = 'answered';
END;
-- An order that is insisted on goes out again on every channel.
CREATE TRIGGER sendings_asked_again AFTER UPDATE OF asked_again_at ON orders
    WHEN new.asked_again_at IS NOT NULL BEGIN
    UPDATE sendings SET standing = 'waiting', closed_why = '', failures = 0, next_at = new.asked_again_at
        WHERE enterprise = new.enterprise AND revision = new.revision AND
        channel IN (SELECT channel FROM channels_on);
END;
