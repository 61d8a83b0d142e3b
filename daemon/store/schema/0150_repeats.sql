-- Answers are kept of every POST with an Idempotency-Key: of any kind, and so many of one person.
ALTER TABLE command_answers ADD COLUMN content_type TEXT NOT NULL DEFAULT 'application/json';
-- 0: the answer was too long to be kept; the body is empty.
ALTER TABLE command_answers ADD COLUMN is_whole INTEGER NOT NULL DEFAULT 1;
ALTER TABLE command_answers ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE command_answers SET bytes = length(CAST(body AS BLOB)) + length(CAST(key AS BLOB)) + 200;
CREATE INDEX command_answers_of_person ON command_answers(person, at, bytes);
