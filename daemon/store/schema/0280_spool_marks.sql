-- Up to where the queue of an enterprise's agent is durable here (入账标记): all its messages up to `up_to` were taken
-- in, or refused for what they say. `seq_check` is what the message of that number said of itself. Written in the
-- transaction that takes the messages in.
CREATE TABLE spool_marks(
    enterprise TEXT NOT NULL,
    spool TEXT NOT NULL,
    region TEXT NOT NULL,
    up_to INTEGER NOT NULL,
    seq_check TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    PRIMARY KEY(enterprise, spool)
) STRICT, WITHOUT ROWID;
