-- The page of an enterprise: one-time links that lead to it, and what is reported there.

-- By the hash of the secret; one that was used is gone.
CREATE TABLE page_links(
    hash TEXT PRIMARY KEY,
    enterprise TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX page_links_of_enterprise ON page_links(enterprise, made_at);
CREATE INDEX page_links_ending ON page_links(ends_at);

-- Reports of how an order is carried out (执行上报). `holder`: as of orders. `line`: empty: of the whole enterprise.
CREATE TABLE order_reports(
    number INTEGER PRIMARY KEY,
    holder TEXT NOT NULL,
    revision INTEGER NOT NULL,
    line TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    note TEXT NOT NULL,
    person TEXT NOT NULL
) STRICT;
CREATE INDEX order_reports_of_holder ON order_reports(holder, number);

-- Their photos. Position in degrees of `datum`, as the telephone said it. `report`: null until one names it.
CREATE TABLE order_photos(
    number INTEGER PRIMARY KEY,
    holder TEXT NOT NULL,
    revision INTEGER NOT NULL,
    report INTEGER REFERENCES order_reports(number),
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    taken_at INTEGER,
    longitude REAL,
    latitude REAL,
    datum TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE(holder, revision, sha256)
) STRICT;
CREATE INDEX order_photos_of_report ON order_photos(report);
