#!/usr/bin/env python3
"""Proofs about every shipped trigger standard, and the shortest weeks in which two of them differ.

  standards_proof.py QINGKONGCTL FOLDER

First the formulas (windows_model.py, made from the TOML files) must answer as `qingkongctl trigger` does on
seeded series, day by day and hour by hour. Then z3 is asked for a series that refutes each claim; there is none:

  worse air never gives a lower level   raise any values: no day or hour comes to lie in a milder window
  no clause is dead                     for each clause there is a series whose colour it alone decides
  levels are nested                     what calls for a colour lies, with at least that colour, in what the
                                        milder ones added call for

Some texts have a clause that jumps over a colour (AQI 500 on one day is red at once). That is theirs; those that
do are listed below, and z3 must find exactly these.
"""
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import z3

from windows_model import (COLOURS, Reading, Series, Windows, both, colours_of, either, limits_of, neither, rank,
                           read_standard, strictest)

CTL = sys.argv[1]
DAYS = Reading('natural-day', 1)
# As many steps as fit the longest leg (four days), a gap and another episode.
READINGS = ((DAYS, 9), (Reading('rolling', 2), 12), (Reading('hourly-run', 2), 12))
WEEK = 7
# standard: (clause, milder colour none of whose clauses need hold with it)
JUMPS = {
    'cn-2017': {('red-2', 'yellow'), ('red-2', 'orange')},
    'cn-2018': {('red-2', 'yellow'), ('red-2', 'orange')},
    'shanghai-2014': {('orange-1', 'yellow'), ('red-1', 'yellow')},
}
SERIES_OF_DAYS = 25
SERIES_OF_HOURS = 2
SECONDS_AIM = 60  # of processor, for all of it; said at the end, and no reason to fail: machines differ


def fail(what):
    sys.exit(f'FAILED: {what}')


def solve(*formulas):
    """A model of the formulas, or None: there is none."""
    solver = z3.Solver()
    solver.add(*[f if isinstance(f, bool) is False else z3.BoolVal(f) for f in formulas])
    answer = solver.check()
    if answer == z3.unknown:
        fail(f'z3 cannot tell: {solver.reason_unknown()}')
    return solver.model() if answer == z3.sat else None


def values_in(model, series):
    """The lowest values that a model's series can have; 0: above no limit."""
    limits = sorted(series.above)
    values = []
    for step in range(series.steps):
        above = [limit for limit in limits if z3.is_true(model.eval(series.above[limit][step], True))]
        values.append(max(above) + 1 if above else 0)
    return values


# ---- the model is the program's ----

def asked(*arguments):
    done = subprocess.run([CTL, *arguments, '--format', 'json'], capture_output=True, check=False)
    if done.returncode != 0:
        fail(f'{arguments}: {done.stderr.decode()}')
    return json.loads(done.stdout)


def instant(text):
    return datetime.fromisoformat(text)


def level_at(windows, moment):
    found = [w['colour'] for w in windows if instant(w['from']) <= moment < instant(w['to'])]
    return found[0] if found else None


def random_values(rng, count, limits):
    """Spells around the limits; None: missing."""
    values, spell, left = [], 0, 0
    for _ in range(count):
        if left == 0:
            spell, left = rng.choice([40, *limits, *limits]), rng.randrange(1, 6)
        left -= 1
        values.append(None if rng.random() < 0.04 else min(500, max(0, spell + rng.choice([-30, 0, 1, 1, 1, 60]))))
    return values


def compare_days(standard, folder, rng):
    limits = limits_of(standard)
    first = date(2027, 1, 1)
    file = folder / 'days.csv'
    all_values = [random_values(rng, 21, limits) for _ in range(SERIES_OF_DAYS)]
    rows = [f'x{number},{first + timedelta(days=i)},{v}' for number, values in enumerate(all_values)
            for i, v in enumerate(values) if v is not None]
    file.write_text('region,date,aqi\n' + '\n'.join(rows) + '\n')
    answer = asked('trigger', '--standard', standard.id, '--daily', str(file))['windows']
    for number, values in enumerate(all_values):
        windows = [window for window in answer if window['region'] == f'x{number}']
        levels = Windows(Series.of_values(values, limits, DAYS), standard).levels()
        for i in range(len(values)):
            moment = instant(f'{first + timedelta(days=i)}T12:00:00+08:00')
            mine, theirs = strictest(levels, i), level_at(windows, moment)
            if mine != theirs:
                fail(f'{standard.id}, series {number} {values}: day {i} is {mine}, the program says {theirs}')


def write_hours(file, first, values):
    rows = [f'x,{first + timedelta(hours=i):%Y-%m-%dT%H}:00:00+08:00,{v}' for i, v in enumerate(values)]
    file.write_text('region,time,pm25\n' + '\n'.join(rows) + '\n')


def compare_hours(standard, folder, rng):
    """Hours of PM2.5: every hour of `hourly-run`, and the strictest colour of `rolling`, whose windows the
    program clips to polluted hours, which the model has not."""
    limits = limits_of(standard)
    first = datetime(2027, 1, 1)
    file = folder / 'hours.csv'
    for number in range(SERIES_OF_HOURS):
        concentrations = []
        while len(concentrations) < 120:
            concentrations += [rng.choice([60, 120, 160, 200, 280, 420])] * rng.randrange(8, 70)
        write_hours(file, first, [30] * 24 + concentrations + [30] * 24)
        hours = asked('aqi', '--hourly', str(file))['regions'][0]['hours']
        for name, column in (('hourly-run', 'aqi'), ('rolling', 'trigger_aqi')):
            windows = asked('trigger', '--standard', standard.id, '--hourly', str(file), '--hours-as', name)['windows']
            series = Series.of_values([hour[column] for hour in hours], limits, Reading(name, 24))
            levels = Windows(series, standard).levels()
            slots = range(len(levels[COLOURS[0]]))
            if name == 'rolling':
                mine = max((rank(c) for s in slots if (c := strictest(levels, s))), default=-1)
                theirs = max((rank(w['colour']) for w in windows), default=-1)
                if mine != theirs:
                    fail(f'{standard.id}, hours {number}: rolling gives {mine}, the program says {theirs}')
                continue
            for i, hour in enumerate(hours):
                if strictest(levels, i) != level_at(windows, instant(hour['time'])):
                    fail(f'{standard.id}, hours {number}: {hour["time"]} is {strictest(levels, i)}')


# ---- the claims ----

def milder_in_worse_air(standard, reading, steps):
    """Formulas whose model would be a series that gives a lower level than a better one, and both series."""
    limits = limits_of(standard)
    better, rules = Series.unknown('better', steps, limits, reading)
    worse, more = Series.unknown('worse', steps, limits, reading)
    is_worse = [z3.Implies(better.above[x][t], worse.above[x][t]) for x in limits for t in range(steps)]
    colours = colours_of(standard)
    then, now = Windows(better, standard).levels(colours), Windows(worse, standard).levels(colours)
    milder = [both(then[colour][slot], neither(now[colour][slot]))
              for colour in colours for slot in range(len(then[colour]))]
    return [*rules, *more, *is_worse, either(milder)], better, worse


def worse_air_is_never_milder(standard, reading, steps):
    claim, better, worse = milder_in_worse_air(standard, reading, steps)
    model = solve(*claim)
    if model is not None:
        fail(f'{standard.id}, {reading.name}: {values_in(model, better)} is answered by a stricter level than '
             f'{values_in(model, worse)}')


def no_clause_is_dead(standard, reading, steps):
    series, rules = Series.unknown('v', steps, limits_of(standard), reading)
    windows = Windows(series, standard)
    for clause in standard.clauses:
        if solve(*rules, windows.decides(clause)) is None:
            fail(f'{standard.id}, {reading.name}: {clause.id} decides nothing in any series')


def levels_are_nested(standard, reading, steps):
    series, rules = Series.unknown('v', steps, limits_of(standard), reading)
    colours = colours_of(standard)

    def of(colour):
        kept = [c for c in standard.clauses if rank(c.colour) >= rank(colour)]
        return Windows(series, standard, kept).levels([colour])[colour]

    for milder, stricter in zip(colours, colours[1:]):
        inner = of(stricter)
        outer = Windows(series, standard, [c for c in standard.clauses if rank(c.colour) >= rank(milder)])
        outside = [both(a, neither(b)) for a, b in zip(inner, outer.levels([stricter])[stricter])]
        model = solve(*rules, either(outside))
        if model is not None:
            fail(f'{standard.id}, {reading.name}: {stricter} reaches beyond {milder} in {values_in(model, series)}')


def jumps_are_known(standard):
    series, rules = Series.unknown('v', WEEK, limits_of(standard), DAYS)
    windows = Windows(series, standard)
    found = {}
    for clause in standard.clauses:
        for colour in colours_of(standard):
            if rank(colour) >= rank(clause.colour):
                continue
            of_colour = [c for c in standard.clauses if c.colour == colour]
            model = solve(*rules, windows.holds([clause]), neither(windows.holds(of_colour)))
            if model is not None:
                found[(clause.id, colour)] = values_in(model, series)
    expected = JUMPS.get(standard.id, set())
    if set(found) != expected:
        fail(f'{standard.id}: clauses that jump over a colour: {found}, expected {expected}')


def shortest_difference(one, other):
    """The fewest days in a row, of the lowest values, whose strictest colours differ."""
    limits = limits_of(one, other)
    for days in range(1, WEEK + 1):
        series, rules = Series.unknown('v', days, limits, DAYS)
        colours = [[either(Windows(series, standard).bases()[colour]) for colour in COLOURS]
                   for standard in (one, other)]
        differ = either(both(a, neither(b)) for x, y in (colours, colours[::-1]) for a, b in zip(x, y))
        if solve(*rules, differ) is None:
            continue
        least = z3.Optimize()
        least.add(*rules, differ)
        least.minimize(z3.Sum([z3.If(above, 1, 0) for row in series.above.values() for above in row]))
        least.check()
        values = values_in(least.model(), series)
        answers = []
        for standard in (one, other):
            levels = Windows(Series.of_values(values, limits, DAYS), standard).levels()
            found = [rank(c) for slot in range(days) if (c := strictest(levels, slot))]
            answers.append(COLOURS[max(found)] if found else 'none')
        return values, answers
    return None


def the_solver_sees(standards):
    """Claims that are false are refuted: a proof that finds nothing would find nothing here either."""
    by_id = {standard.id: standard for standard in standards}
    national = by_id['cn-2024']
    dead = national.clauses[0]._replace(id='planted', legs=[(200, 24), (300, 48)])
    with_dead = national._replace(clauses=[*national.clauses, dead])
    series, rules = Series.unknown('v', WEEK, limits_of(with_dead), DAYS)
    if solve(*rules, Windows(series, with_dead).decides(dead)) is not None:
        fail('a clause that is dead is not seen')
    claim, better, worse = milder_in_worse_air(national, DAYS, WEEK)
    changed = either(both(worse.above[x][t], neither(better.above[x][t])) for x in worse.above for t in range(WEEK))
    if solve(*claim[:-1], changed) is None:
        fail('no series is worse than another: the claim says nothing')
    if shortest_difference(national, national) is not None:
        fail('a standard differs from itself')


def main():
    began = time.monotonic()
    standards = [read_standard(path) for path in sorted(Path(sys.argv[2]).glob('*.toml'))]
    if len(standards) < 7:
        fail(f'{len(standards)} standards in {sys.argv[2]}')
    rng = random.Random(20270101)
    with tempfile.TemporaryDirectory() as name:
        for standard in standards:
            compare_days(standard, Path(name), rng)
            compare_hours(standard, Path(name), rng)
    print(f'the model answers as the program does: {time.monotonic() - began:.1f} s')
    the_solver_sees(standards)
    for standard in standards:
        for reading, steps in READINGS:
            worse_air_is_never_milder(standard, reading, steps)
            no_clause_is_dead(standard, reading, steps)
            levels_are_nested(standard, reading, steps)
        jumps_are_known(standard)
        print(f'{standard.id}: worse air never gives a lower level, no clause is dead, levels are nested '
              f'({time.monotonic() - began:.1f} s)')
    for one, other in combinations(standards, 2):
        found = shortest_difference(one, other)
        if found is None:
            print(f'{one.id} and {other.id} answer the same in every week')
            continue
        values, answers = found
        print(f'{one.id} | {other.id}: {", ".join(map(str, values))} gives {answers[0]} | {answers[1]}')
    spent = time.process_time()
    print(f'all in {time.monotonic() - began:.1f} s, of processor {spent:.1f} s: '
          f'{spent / SECONDS_AIM:.2f} of the {SECONDS_AIM} s it should take')


if __name__ == '__main__':
    main()
