-- Who has not answered is looked for every few minutes; the rows themselves are long, since each holds a
-- signed document.
CREATE INDEX orders_unanswered ON orders(receipt_state, issued_at, obligations, effective_from, revision);
