"""Air quality index by HJ 633, written from the standards' tables alone.

A second implementation, by other means than the C++: exact rationals, one table, no shortcuts. The two are
compared on data by oracle_test.py; neither knows the other.
"""
import functools
from fractions import Fraction

INDEX = (0, 50, 100, 150, 200, 300, 400, 500)
POLLUTANTS = ('pm25', 'pm10', 'so2', 'no2', 'co', 'o3')
PARTICLES = ('pm25', 'pm10')

# (pollutant, average): concentrations at INDEX; a shorter row ends where the edition stops computing.
TABLE = {
    ('so2', '24h'): (0, 50, 150, 475, 800, 1600, 2100, 2620),
    ('so2', '1h'): (0, 150, 500, 650, 800),
    ('no2', '24h'): (0, 40, 80, 180, 280, 565, 750, 940),
    ('no2', '1h'): (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    ('co', '24h'): (0, 2, 4, 14, 24, 36, 48, 60),
    ('co', '1h'): (0, 5, 10, 35, 60, 90, 120, 150),
    ('o3', '8h'): (0, 100, 160, 215, 265, 800),
    ('o3', '1h'): (0, 160, 200, 300, 400, 800, 1000, 1200),
    ('pm10', '24h'): (0, 50, 120, 250, 350, 420, 500, 600),
    ('pm25', '24h'): (0, 35, 60, 115, 150, 250, 350, 500),
}
OLD_TABLE = {
    ('pm10', '24h'): (0, 50, 150, 250, 350, 420, 500, 600),
    ('pm25', '24h'): (0, 35, 75, 115, 150, 250, 350, 500),
}


def round_half_even(value):
    """GB/T 8170: an exact half goes to the even neighbour."""
    whole, rest = divmod(value.numerator, value.denominator)
    twice = 2 * rest
    if twice > value.denominator or (twice == value.denominator and whole % 2):
        whole += 1
    return whole


def tidy_value(pollutant, value):
    """The concentration as the standards round it first: integers, CO to one decimal."""
    if pollutant == 'co':
        return Fraction(round_half_even(value * 10), 10)
    return Fraction(round_half_even(value))


def points(pollutant, average, edition):
    if pollutant in PARTICLES and average == '1h':
        average = '24h'  # the hourly report puts the 1-h particle value on the 24-h scale
    row = TABLE.get((pollutant, average))
    if row and edition == 2012:
        row = OLD_TABLE.get((pollutant, average), row)
    return row


@functools.lru_cache(maxsize=None)
def index_of_tidy(pollutant, average, tidy, edition):
    row = points(pollutant, average, edition)
    if row is None:
        return None
    for i in range(1, len(row)):
        if tidy <= row[i]:
            share = (tidy - row[i - 1]) / (row[i] - row[i - 1])
            exact = INDEX[i - 1] + (INDEX[i] - INDEX[i - 1]) * share
            return -((-exact.numerator) // exact.denominator)
    if len(row) == len(INDEX):
        return 500
    # The table ends early: the new edition holds its last index, the old one gives none.
    return INDEX[len(row) - 1] if edition == 2026 else None


def iaqi(pollutant, average, value, edition):
    return index_of_tidy(pollutant, average, tidy_value(pollutant, Fraction(value)), edition)
