-- What a response plan was derived from, so that it can be derived again and must ask the same.

-- Texts of rule packs and of shipped catalogues, each once per content.
CREATE TABLE plan_texts(
    sha256 TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `body` names two of these, the edition of the inventory, and has the rest as values; `owed` is what is kept
-- of every obligation beside the plan itself. Plans of before this step have no row.
CREATE TABLE plan_inputs(
    warning TEXT NOT NULL,
    generation INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    owed TEXT NOT NULL,
    PRIMARY KEY(warning, generation),
    FOREIGN KEY(warning, generation) REFERENCES response_plans(warning, generation)
) STRICT, WITHOUT ROWID;

-- When the last plan was made whose inputs were not kept. Of every later one they are there, so where they are
-- missing they were taken away.
CREATE TABLE plans_without_inputs(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO plans_without_inputs(id, last) SELECT 1, coalesce(max(at), -1) FROM response_plans;
