-- What devices report over HJ 212 of stack gas, by the command that brought it (2011 real time, 2051 minutes, 2061 hours,
-- 2031 days). `t` is the DataTime. The same again is one row; what says otherwise of the same time is another (`arrived`
-- tells which came first). `flow` in m3/h, -1: none was said. Hours are also in stack_readings, which is judged by.
CREATE TABLE hj212_values(
    t INTEGER NOT NULL,
    outlet TEXT NOT NULL,
    command TEXT NOT NULL,
    factor TEXT NOT NULL,
    mg_per_m3 REAL NOT NULL,
    flow REAL NOT NULL,
    valid INTEGER NOT NULL,
    arrived INTEGER NOT NULL,
    PRIMARY KEY(t, outlet, command, factor, mg_per_m3, flow, valid)
) STRICT, WITHOUT ROWID;
