-- What is asked of orders is a column: their colour, which only the signed document said; null once lifted, and
-- of the season.
ALTER TABLE orders ADD COLUMN colour TEXT;
UPDATE orders SET colour = json_extract(signed_text, '$.colour') WHERE json_valid(signed_text);
CREATE INDEX orders_of_season ON orders(enterprise) WHERE obligations > 0 AND (warning = '' OR colour IS NULL);
-- Whose order is in which county: the filter of all that people of a county ask.
CREATE INDEX orders_by_region ON orders(region);
-- What is asked of one warning, enterprise or revision is sought, however much there is of all the others. That of
-- a warning's verdicts is in the order of their list, so that a page is read where the page before ended.
CREATE INDEX cases_by_warning ON cases(warning, number);
CREATE INDEX cases_by_enterprise ON cases(enterprise, number);
CREATE INDEX receipts_of_revision ON receipts(enterprise, revision);
CREATE INDEX verdicts_by_warning ON verdicts(warning, enterprise, obligation, window_from, version);
-- Whom an entry of the audit log is about, for who may read it; null: no enterprise. What the entry says stays as it
-- is hashed.
ALTER TABLE audit ADD COLUMN enterprise TEXT;
UPDATE audit SET enterprise = CASE WHEN action LIKE 'case.%' THEN (SELECT c.enterprise FROM cases AS c
    WHERE c.number = audit.subject AND CAST(c.number AS TEXT) = audit.subject) WHEN NOT json_valid(detail) THEN ''
    ELSE json_extract(detail, '$.enterprise') END;
