-- Who takes part in an exercise (演练): enterprises by id, counties by code. An exercise without any is everybody's.
CREATE TABLE exercise_participants(
    warning TEXT NOT NULL REFERENCES warnings(id),
    participant TEXT NOT NULL,
    PRIMARY KEY(warning, participant)
) STRICT, WITHOUT ROWID;
