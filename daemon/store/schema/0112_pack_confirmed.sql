-- A pack that changes who may sign waits for a second person and a delay: `needs_second` is 1, and it can begin
-- from `ready_at` on, which is set when it is confirmed. `changes`: what of the approvals it changes, as JSON.
ALTER TABLE adopted_packs ADD COLUMN needs_second INTEGER NOT NULL DEFAULT 0;
ALTER TABLE adopted_packs ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE adopted_packs ADD COLUMN confirmed_at INTEGER;
ALTER TABLE adopted_packs ADD COLUMN confirmed_by TEXT;
ALTER TABLE adopted_packs ADD COLUMN ready_at INTEGER;
