-- When the broker first acknowledged each revision: from then on its content could be known, and not merely
-- from when it takes effect. `orders` says it of the present revision only. Of revisions that were replaced
-- before this was kept nothing better is known than that verdicts counted from their issue.
CREATE TABLE order_publications(
    number INTEGER PRIMARY KEY,
    enterprise TEXT NOT NULL,
    revision INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    UNIQUE(enterprise, revision)
) STRICT;
INSERT INTO order_publications(enterprise, revision, published_at)
    SELECT enterprise, revision, published_at FROM orders WHERE published_at IS NOT NULL;
INSERT OR IGNORE INTO order_publications(enterprise, revision, published_at)
    SELECT r.enterprise, r.revision, r.issued_at FROM order_revisions AS r JOIN orders AS o
    ON o.enterprise = r.enterprise WHERE r.revision < o.revision AND r.revision <= o.acked_revision;

-- Which obligations still bind at an instant, without reading those of years ago.
CREATE INDEX obligations_by_end ON obligations(
    min(coalesce(to_at, 9223372036854775807), coalesce(replaced_at, 9223372036854775807)), from_at);
