"""Hourly series as integers, and the index of their averages; ozone is left out (the trigger value)."""
import calendar
import datetime
from fractions import Fraction

import air

ZONE_HOURS = 8
EDITION_STARTS = datetime.date(2026, 3, 1)
TRIGGER_POLLUTANTS = ('pm25', 'pm10', 'so2', 'no2', 'co')
SCALE = 10 ** 6  # values are kept as whole millionths: exact for up to six decimals


def hour_of(text):
    """Hours since the epoch, UTC, of a Beijing time."""
    moment = datetime.datetime.strptime(text.replace('T', ' ')[:16], '%Y-%m-%d %H:%M')
    return calendar.timegm(moment.timetuple()) // 3600 - ZONE_HOURS


def day_of(hour):
    return (hour + ZONE_HOURS) // 24


def time_text(hour):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(hours=hour + ZONE_HOURS)
    return moment.strftime('%Y-%m-%dT%H:%M:%S+08:00')


def edition_of(hour, forced=None):
    if forced:
        return forced
    day = datetime.date(1970, 1, 1) + datetime.timedelta(days=day_of(hour))
    return 2026 if day >= EDITION_STARTS else 2012


def scaled(text):
    """A decimal text as whole millionths; None where it is empty."""
    text = text.strip()
    if not text:
        return None
    exact = Fraction(text) * SCALE
    assert exact.denominator == 1, text
    return exact.numerator


def alone(values, pollutant):
    """The same series with nothing but one pollutant."""
    return {p: values[p] if p == pollutant else {} for p in values}


def mean_index(sums, counts, least, average, edition):
    """The largest index over the pollutants that have `least` values; None without one."""
    best = None
    for pollutant in sums:
        if counts[pollutant] < least:
            continue
        mean = Fraction(sums[pollutant], counts[pollutant] * SCALE)
        index = air.iaqi(pollutant, average, mean, edition)
        if index is not None and (best is None or index > best):
            best = index
    return best


def block_index(values, first, last, least, average, edition):
    """The index of the hours first..last of {pollutant: {hour: millionths}}."""
    sums, counts = {}, {}
    for pollutant in TRIGGER_POLLUTANTS:
        found = [values[pollutant][h] for h in range(first, last + 1) if h in values[pollutant]]
        sums[pollutant], counts[pollutant] = sum(found), len(found)
    return mean_index(sums, counts, least, average, edition)


def rolling_index(values, first, last, forced=None):
    """{hour: AQI of the 24 hourly values that end with it}; the hours are those of the series."""
    result = {}
    sums = dict.fromkeys(TRIGGER_POLLUTANTS, 0)
    counts = dict.fromkeys(TRIGGER_POLLUTANTS, 0)
    for hour in range(first, last + 1):
        for pollutant in TRIGGER_POLLUTANTS:
            came, went = values[pollutant].get(hour), values[pollutant].get(hour - 24)
            sums[pollutant] += (came or 0) - (went or 0)
            counts[pollutant] += (came is not None) - (went is not None)
        index = mean_index(sums, counts, 20, '24h', edition_of(hour, forced))
        if index is not None:
            result[hour] = index
    return result


def own_index(values, first, last, forced=None):
    """{hour: index of the hour's own concentrations by the 24-hour table}."""
    result = {}
    for hour in range(first, last + 1):
        index = block_index(values, hour, hour, 1, '24h', edition_of(hour, forced))
        if index is not None:
            result[hour] = index
    return result


def hourly_index(values, first, last, forced=None):
    result = {}
    for hour in range(first, last + 1):
        index = block_index(values, hour, hour, 1, '1h', edition_of(hour, forced))
        if index is not None:
            result[hour] = index
    return result


def daily_index(values, first, last, forced=None):
    """{day: AQI of the natural day}, twenty valid hours a pollutant."""
    result = {}
    for day in range(day_of(first), day_of(last) + 1):
        start = day * 24 - ZONE_HOURS
        index = block_index(values, start, start + 23, 20, '24h', edition_of(start, forced))
        if index is not None:
            result[day] = index
    return result
