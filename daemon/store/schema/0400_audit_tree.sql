-- The Merkle tree over the audit log that each head signs. `tree`: what the tree needs to go on from there.
ALTER TABLE audit_heads ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_heads ADD COLUMN root TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_heads ADD COLUMN tree TEXT NOT NULL DEFAULT '';
