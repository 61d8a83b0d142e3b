-- What a report asks of one warning, in place of going through all that was ever issued or left unjudged.
CREATE INDEX order_revisions_by_warning ON order_revisions(warning, enterprise, issued_at, order_id);
CREATE INDEX not_judged_by_warning ON not_judged(warning);
-- Whom to telephone now, of all who ever had to be.
CREATE INDEX phone_list_open ON phone_list(listed_at, enterprise) WHERE done_at IS NULL;
