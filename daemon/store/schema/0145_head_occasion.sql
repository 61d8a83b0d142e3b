-- Why a head of the audit log was signed: 'hour', 'start', 'stop', 'decision' or 'export'. The feed
-- always holds the newest of the hours, however many others there are.
ALTER TABLE audit_heads ADD COLUMN occasion TEXT NOT NULL DEFAULT 'hour';
CREATE INDEX audit_heads_by_occasion ON audit_heads(occasion, number);
