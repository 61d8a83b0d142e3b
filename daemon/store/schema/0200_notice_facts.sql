-- What a notice says beside its text: when its colour begins, the planned end as it was then (which is not when
-- its CAP message expires), and the bureau's own number (文号), counted per year, drills apart. Notices of
-- before have none: their colour counts from when they were sent.
CREATE TABLE notice_facts(
    notice INTEGER PRIMARY KEY REFERENCES notices(number),
    text_kind TEXT NOT NULL,
    mandatory INTEGER NOT NULL,
    effective_from INTEGER NOT NULL,
    expected_to INTEGER,
    exercise INTEGER NOT NULL,
    year INTEGER,
    count INTEGER,
    document TEXT NOT NULL,
    UNIQUE(exercise, year, count)
) STRICT;
