-- Messages that were held and have gone through the journal once more since, by the place in it at which they ended
-- first: read again from there they have been dealt with. Kept as long as that file of the journal.
CREATE TABLE held_before(
    segment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    arrived INTEGER NOT NULL,
    PRIMARY KEY(segment, offset, arrived)
) STRICT, WITHOUT ROWID;
