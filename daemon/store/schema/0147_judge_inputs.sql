-- What a verdict was judged by, so that it can be computed again and must be the same.

-- Parameters of the judge, and the instruments of an enterprise with their baselines: each once per content.
CREATE TABLE judge_texts(
    sha256 TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `body` names two of these and the readings by their digests; `found` is the verdict that the judge came to
-- then. Of a version that was extended afterwards both are those of its first finding, of a final one those
-- of its last. Verdicts of before this step have no row.
CREATE TABLE verdict_inputs(
    verdict INTEGER PRIMARY KEY REFERENCES verdicts(number),
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    found TEXT NOT NULL
) STRICT;
