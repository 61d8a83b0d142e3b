"""Warning windows, written from the public description of `qingkongctl trigger` alone.

A reading is a set of steps (hours or days) and, for every leg, the stretches of steps that it covers. Stretches
are (first step, last step), both inclusive.
"""
from bisect import bisect_left
from collections import namedtuple

COLOURS = ('blue', 'yellow', 'orange', 'red')
Clause = namedtuple('Clause', 'id colour legs')  # legs: [(above, hours)]
Window = namedtuple('Window', 'colour first last met clause merged')


def clauses(*rows):
    return [Clause(*row) for row in rows]


# As the handbook's table of grids says; the ids are those that `standard show` prints.
STANDARDS = {
    'cn-2024': clauses(
        ('yellow-1', 'yellow', [(200, 24)]), ('yellow-2', 'yellow', [(150, 48)]),
        ('orange-1', 'orange', [(200, 48)]), ('orange-2', 'orange', [(150, 72)]),
        ('red-1', 'red', [(200, 72), (300, 24)])),
    'cn-2018': clauses(
        ('yellow-1', 'yellow', [(200, 48)]), ('orange-1', 'orange', [(200, 72)]),
        ('red-1', 'red', [(200, 96), (300, 48)]), ('red-2', 'red', [(499, 24)])),
    'cn-2017': clauses(
        ('blue-1', 'blue', [(200, 24)]), ('yellow-1', 'yellow', [(200, 48)]),
        ('orange-1', 'orange', [(200, 72), (300, 24)]),
        ('red-1', 'red', [(200, 96), (300, 48)]), ('red-2', 'red', [(499, 24)])),
    'beijing-2013': clauses(
        ('blue-1', 'blue', [(200, 24)]), ('yellow-1', 'yellow', [(300, 24)]),
        ('yellow-2', 'yellow', [(200, 72)]), ('orange-1', 'orange', [(200, 72), (300, 24)]),
        ('red-1', 'red', [(300, 72)])),
    'beijing-2023': clauses(
        ('yellow-1', 'yellow', [(200, 24)]), ('yellow-2', 'yellow', [(150, 48)]),
        ('orange-1', 'orange', [(200, 48)]), ('orange-2', 'orange', [(150, 72)]),
        ('red-1', 'red', [(200, 72), (300, 24)])),
    'shanghai-2014': clauses(
        ('blue-1', 'blue', [(200, 24)]), ('yellow-1', 'yellow', [(200, 48)]),
        ('orange-1', 'orange', [(300, 24)]), ('red-1', 'red', [(450, 24)])),
    'jiangsu-temporary': clauses(
        ('temporary-1', 'blue', [(150, 24)]), ('temporary-2', 'blue', [(100, 48)])),
}


def join(stretches):
    """Stretches that overlap or touch are one."""
    joined = []
    for first, last in sorted(stretches):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return [tuple(pair) for pair in joined]


class Rolling:
    """Steps are hours; a value stands for the 24 hours that end with it."""
    outlook = 36

    def __init__(self, values, own=None):
        self.values, self.own = values, own

    def polluted(self, first, last, limit):
        """From the first to the last hour inside whose own concentrations are above the limit."""
        if self.own is None:
            return first, last
        hours = [h for h in range(first, last + 1) if self.own.get(h, -1) > limit]
        return (hours[0], hours[-1]) if hours else (first, last)

    def above(self, limit):
        return [(t - 23, t) for t, value in self.values.items() if value > limit]

    def stretches(self, limit, hours):
        back = range(0, hours, 24)
        return [(t - hours + 1, t) for t in self.values
                if all(self.values.get(t - b, -1) > limit for b in back)]

    def met(self, step):
        return step

    def hours(self, first, last):
        return first, last + 1


class HourlyRun(Rolling):
    """Steps are hours; a value stands for its own hour."""

    def above(self, limit):
        return [(t, t) for t, value in self.values.items() if value > limit]

    def stretches(self, limit, hours):
        return [(last - hours + 1, last)
                for start, end in join(self.above(limit))
                for last in range(start + hours - 1, end + 1)]


class NaturalDay(HourlyRun):
    """Steps are civil days."""
    outlook = 1

    def stretches(self, limit, hours):
        return super().stretches(limit, hours // 24)

    def met(self, step):
        return step * 24 - 8 + 23

    def hours(self, first, last):
        return first * 24 - 8, (last + 1) * 24 - 8


def within(stretches, first, last):
    """Those of the sorted stretches, all of one length, that lie in first..last."""
    found = []
    for i in range(bisect_left(stretches, (first, first)), len(stretches)):
        if stretches[i][1] > last:
            break
        found.append(stretches[i])
    return found


def holds_by(legs, step):
    """Whether the clause holds by what is known up to `step`."""
    known = [[stretch for stretch in leg if stretch[1] <= step] for leg in legs]
    return any(all(within(leg, *run) for leg in known) for run in join(known[0]))


def clause_met(legs, first, last):
    """The first step by which the clause holds in the episode first..last; None where it never does."""
    inside = [within(leg, first, last) for leg in legs]
    for run in join(inside[0]):
        of_run = [within(leg, *run) for leg in inside]
        if all(of_run):
            ends = sorted({end for leg in of_run for _, end in leg})
            return next(end for end in ends if holds_by(of_run, end))
    return None


def judge(standard, legs, first, last):
    """(rank of the colour, first step at which it is met, clause) of an episode; None if it does not count."""
    best = None
    for clause in standard:
        met = clause_met(legs[clause.id], first, last)
        rank = COLOURS.index(clause.colour)
        if met is not None and (best is None or (-rank, met) < (-best[0], best[1])):
            best = (rank, met, clause.id)
    return best


def windows(reading, standard):
    lowest = min(limit for clause in standard for limit, _ in clause.legs)
    legs = {c.id: [sorted(reading.stretches(*leg)) for leg in c.legs] for c in standard}
    result = []
    for first, last in join(reading.above(lowest)):
        best = judge(standard, legs, first, last)
        if best is None:
            continue
        first, last = reading.polluted(first, last, lowest)
        if result and first - result[-1][2] - 1 <= reading.outlook:
            held, start, _, merged = result[-1]
            stricter = best if best[0] > held[0] else held
            result[-1] = (stricter, start, last, merged + 1)
        else:
            result.append((best, first, last, 1))
    answer = []
    for best, first, last, merged in result:
        begin, end = reading.hours(first, last)
        answer.append(Window(COLOURS[best[0]], begin, end, reading.met(best[1]), best[2], merged))
    return answer


def mandatory_colour(window, binding):
    """The strictest of the windows of PM2.5 alone that overlap; None: advice only."""
    ranks = [COLOURS.index(w.colour) for w in binding if w.first < window.last and window.first < w.last]
    return COLOURS[max(ranks)] if ranks else None
