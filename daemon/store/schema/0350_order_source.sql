-- Who has proved that a prompt or a floor from above is theirs, as people are told ("省 …，密钥 … 验签"); empty: a
-- person entered it.
ALTER TABLE prompts ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE floors_from_above ADD COLUMN source TEXT NOT NULL DEFAULT '';
