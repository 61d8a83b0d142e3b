"""What `qingkongctl aqi --hourly` says of hours and days, from the standards' text alone.

Hours: the six 1-h values; particles on the 24-h scale; where the 2012 edition has no 1-h index for SO2, that of the
24 hours up to then. Rolling: 24-h means, ozone by the largest 8-h mean inside the 24 hours. Days: the same within
the civil day; 2012 also counts the largest 1-h ozone. Missing pollutants: 2012 publishes no day, 2026 publishes
above 100.
"""
from fractions import Fraction

import air
import series

GASES = ('pm25', 'pm10', 'so2', 'no2', 'co')


def mean(values, pollutant, first, last, least):
    found = [values[pollutant][h] for h in range(first, last + 1) if h in values[pollutant]]
    if len(found) < least:
        return None
    return air.tidy_value(pollutant, Fraction(sum(found), len(found) * series.SCALE))


def largest_eight(values, first, last):
    means = [mean(values, 'o3', h, h + 7, 6) for h in range(first, last - 6)]
    return max((m for m in means if m is not None), default=None)


def conclude(indexes):
    """(AQI, primary pollutants) of {pollutant: index or None}."""
    known = [i for i in indexes.values() if i is not None]
    aqi = max(known, default=None)
    if aqi is None or aqi <= 50:
        return aqi, []
    return aqi, [p for p in air.POLLUTANTS if indexes.get(p) == aqi]


def index_or_none(pollutant, average, concentration, edition):
    if concentration is None:
        return None
    return air.iaqi(pollutant, average, concentration, edition)


def hour_indexes(values, hour, edition):
    indexes = {}
    for pollutant in air.POLLUTANTS:
        one = mean(values, pollutant, hour, hour, 1)
        index = index_or_none(pollutant, '1h', one, edition)
        if one is not None and index is None:  # SO2 above 800 under 2012
            index = index_or_none('so2', '24h', mean(values, 'so2', hour - 23, hour, 20), edition)
        indexes[pollutant] = index
    return indexes


def day_concentrations(values, first, last):
    """The daily figure of each pollutant over 24 hours first..last."""
    figures = {p: mean(values, p, first, last, 20) for p in GASES}
    figures['o3'] = largest_eight(values, first, last)
    return figures


def rolling_indexes(values, hour, edition):
    figures = day_concentrations(values, hour - 23, hour)
    if sum(h in values['o3'] for h in range(hour - 23, hour + 1)) < 20:
        figures['o3'] = None
    return {p: index_or_none(p, '8h' if p == 'o3' else '24h', figures[p], edition)
            for p in air.POLLUTANTS}


def day_indexes(values, first, figures, edition):
    indexes = {p: index_or_none(p, '8h' if p == 'o3' else '24h', figures[p], edition)
               for p in air.POLLUTANTS}
    if edition == 2012 and figures['o3'] is not None:
        ones = [mean(values, 'o3', h, h, 1) for h in range(first, first + 24)]
        hourly = [air.iaqi('o3', '1h', one, edition) for one in ones if one is not None]
        indexes['o3'] = max([i for i in [indexes['o3'], *hourly] if i is not None], default=None)
    return indexes


def day(values, number, forced=None):
    """A civil day as the command reports it."""
    first = number * 24 - series.ZONE_HOURS
    edition = series.edition_of(first, forced)
    figures = day_concentrations(values, first, first + 23)
    indexes = day_indexes(values, first, figures, edition)
    aqi, primary = conclude(indexes)
    missing = [p for p in air.POLLUTANTS if figures[p] is None]
    valid = aqi is not None and (not missing or (edition == 2026 and aqi > 100))
    return {'aqi': aqi if valid else None, 'aqi_of_those_present': aqi, 'primary': primary,
            'valid': valid, 'missing': missing, 'iaqi': indexes,
            'concentrations': {p: None if c is None else float(c) for p, c in figures.items()}}


def hour(values, number, forced=None):
    edition = series.edition_of(number, forced)
    aqi, primary = conclude(hour_indexes(values, number, edition))
    rolling = rolling_indexes(values, number, edition)
    return {'aqi': aqi, 'primary': primary, 'rolling_aqi': conclude(rolling)[0],
            'trigger_aqi': conclude({p: rolling[p] for p in GASES})[0]}
