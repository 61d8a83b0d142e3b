-- What is asked of orders is a column: their colour, which only the signed document said; null once lifted, and
-- of the season.
ALTER TABLE orders ADD COLUMN colour TEXT;
UPDATE orders SET colour = json_extract(signed_text, '$.colour');
CREATE INDEX orders_of_season ON orders(enterprise) WHERE obligations > 0 AND (warning = '' OR colour IS NULL);
-- Whose order is in which county: the filter of all that people of a county ask.
CREATE INDEX orders_by_region ON orders(region);
