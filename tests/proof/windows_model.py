"""Warning windows as formulas, made from a standard's file.

A series is a row of steps; of each step it is known, for every limit of the standard, whether the value is above
it (a missing value is above none). The same functions compute with Python's bools, which is how the model is
compared with the program, and with z3's, which is how claims about all series are proved.

  natural-day  a step is a day;             a leg (X, N h) is N/24 steps above X, and covers them
  rolling      `per_day` steps are a day;   a leg is N/24 steps above X, a day apart; it covers the N hours that
                                            end with the last of them
  hourly-run   `per_day` steps are a day;   a leg is N hours of steps above X, and covers them

The program counts 24 steps a day. What is proved of fewer is about the same formulas on a coarser clock.
"""
import tomllib
from collections import namedtuple
from pathlib import Path

import z3

COLOURS = ('blue', 'yellow', 'orange', 'red')
Clause = namedtuple('Clause', 'id colour legs')  # legs: [(above, hours)]
Standard = namedtuple('Standard', 'id clauses outlook_hours')
Reading = namedtuple('Reading', 'name per_day')
Shape = namedtuple('Shape', 'above count apart cover')


def read_standard(path):
    table = tomllib.loads(Path(path).read_text(encoding='utf-8'))
    clauses = [Clause(c['id'], c['colour'], [(leg['aqi_above'], leg['hours']) for leg in c['legs']])
               for c in table['clause']]
    return Standard(table['id'], clauses, table.get('lifting_outlook_hours', 36))


def limits_of(*standards):
    return sorted({limit for s in standards for c in s.clauses for limit, _ in c.legs})


def colours_of(standard):
    return [colour for colour in COLOURS if any(c.colour == colour for c in standard.clauses)]


def rank(colour):
    return COLOURS.index(colour)


# ---- bools of Python, or of z3 ----

def both(*parts):
    parts = [part for part in parts if part is not True]
    if any(part is False for part in parts):
        return False
    return True if not parts else parts[0] if len(parts) == 1 else z3.And(*parts)


def either(parts):
    parts = [part for part in parts if part is not False]
    if any(part is True for part in parts):
        return True
    return False if not parts else parts[0] if len(parts) == 1 else z3.Or(*parts)


def neither(part):
    return not part if isinstance(part, bool) else z3.Not(part)


def through(flags):
    """through(flags)[i][j]: every flag from i to j holds (i <= j)."""
    table = []
    for i in range(len(flags)):
        row = [None] * len(flags)
        so_far = True
        for j in range(i, len(flags)):
            so_far = both(so_far, flags[j])
            row[j] = so_far
            if so_far is False:
                row[j:] = [False] * (len(flags) - j)
                break
        table.append(row)
    return table


class Series:
    """above[limit][step], and the reading."""

    def __init__(self, above, reading):
        self.above, self.reading = above, reading
        self.steps = len(next(iter(above.values())))

    @staticmethod
    def of_values(values, limits, reading):
        return Series({limit: [v is not None and v > limit for v in values] for limit in limits}, reading)

    @staticmethod
    def unknown(name, steps, limits, reading):
        """Free variables, and that they are those of a series: above a limit is above every lower one."""
        above = {limit: [z3.Bool(f'{name}_{step}_{limit}') for step in range(steps)] for limit in limits}
        rules = [z3.Implies(above[high][t], above[low][t])
                 for low, high in zip(limits, limits[1:]) for t in range(steps)]
        return Series(above, reading), rules

    def shape(self, leg):
        above, hours = leg
        per_day = self.reading.per_day
        days = hours // 24
        if self.reading.name == 'rolling':
            return Shape(above, days, per_day, days * per_day)
        return Shape(above, days * per_day, 1, days * per_day)

    def holdings(self, leg):
        """Step -> the leg holds with the cover that ends there."""
        shape = self.shape(leg)
        above = self.above[shape.above]
        back = range(0, shape.count * shape.apart, shape.apart)
        reach = (shape.count - 1) * shape.apart
        return {t: both(*(above[t - b] for b in back)) for t in range(reach, self.steps)}


class Windows:
    """What a standard calls for in a series. Slots begin before its first step: a value of `rolling` covers the
    day that ends with it."""

    def __init__(self, series, standard, clauses=None):
        self.series, self.standard = series, standard
        self.clauses = standard.clauses if clauses is None else clauses
        self.before = series.reading.per_day - 1 if series.reading.name == 'rolling' else 0
        self.slots = series.steps + self.before
        lowest = min(limit for c in self.clauses for limit, _ in c.legs)
        self.joined = through(self.covered({t: series.above[lowest][t] for t in range(series.steps)},
                                           self.before + 1))

    def covered(self, holdings, cover):
        """Slots that lie in the `cover` slots before and with a holding."""
        ends = {t + self.before: holds for t, holds in holdings.items() if holds is not False}
        return [either(ends[e] for e in range(slot, min(slot + cover, self.slots)) if e in ends)
                for slot in range(self.slots)]

    def stretches(self, clause):
        """(first slot, last slot, formula): within these slots the clause holds."""
        legs = [(self.series.shape(leg), self.series.holdings(leg)) for leg in clause.legs]
        first_shape, first = legs[0]
        if len(legs) == 1:
            return [(max(0, t + self.before - first_shape.cover + 1), t + self.before, holds)
                    for t, holds in first.items() if holds is not False]
        run = through(self.covered(first, first_shape.cover))
        spans = [[(max(0, t + self.before - shape.cover + 1), t + self.before, holds)
                  for t, holds in holdings.items() if holds is not False] for shape, holdings in legs[1:]]
        found = spans[0]
        for more in spans[1:]:
            found = [(min(a, b), max(c, d), both(x, y)) for a, c, x in found for b, d, y in more]
        return [(a, c, both(x, run[a][c])) for a, c, x in found]

    def bases(self, colours=COLOURS):
        """colour -> per slot: it lies in an episode in which a clause of it, or of a stricter one, holds."""
        by_colour = {}
        for colour in colours:
            spans = [span for clause in self.clauses if rank(clause.colour) >= rank(colour)
                     for span in self.stretches(clause) if span[2] is not False]
            by_colour[colour] = [either(both(holds, self.joined[min(a, slot)][max(c, slot)])
                                        for a, c, holds in spans) for slot in range(self.slots)]
        return by_colour

    def levels(self, colours=COLOURS):
        """colour -> per slot: the window that it lies in, merged with its neighbours, has it or a stricter one."""
        bases = self.bases({COLOURS[0], *colours})
        any_colour = bases[COLOURS[0]]
        gap = self.standard.outlook_hours * self.series.reading.per_day // 24
        lies_in = []
        for slot in range(self.slots):
            if any_colour[slot] is True:
                lies_in.append(True)
                continue
            before = [i for i in range(max(0, slot - gap), slot) if any_colour[i] is not False]
            around = [both(any_colour[i], any_colour[j]) for i in before
                      for j in range(slot + 1, min(self.slots, i + gap + 2)) if any_colour[j] is not False]
            lies_in.append(either([any_colour[slot], *around]))
        merged = through(lies_in)
        held = {colour: [j for j, holds in enumerate(bases[colour]) if holds is not False] for colour in colours}
        return {colour: [either(both(bases[colour][j], merged[min(j, slot)][max(j, slot)]) for j in held[colour])
                         for slot in range(self.slots)] for colour in colours}

    def decides(self, clause):
        """Somewhere the clause holds where none of its colour or of a stricter one does."""
        mine = self.stretches(clause)
        others = [span for c in self.clauses if c is not clause and rank(c.colour) >= rank(clause.colour)
                  for span in self.stretches(c)]
        return either(both(holds, *(neither(both(other, self.joined[min(a, b)][max(c, d)]))
                                    for b, d, other in others)) for a, c, holds in mine)

    def holds(self, clauses):
        return either(span[2] for clause in clauses for span in self.stretches(clause))


def strictest(levels, slot):
    """Of a series of known values; None: no window."""
    found = [colour for colour in COLOURS if levels[colour][slot]]
    return found[-1] if found else None
