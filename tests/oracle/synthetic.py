"""Seeded series that sit where counting goes wrong: on the limits, on the 36th hour of a gap, on year ends."""
import random

import series

POLLUTANTS = ('pm25', 'pm10', 'so2', 'no2', 'co', 'o3')
# Concentrations of PM2.5 on either side of index 100, 150, 200, 300, 450, 500 under either edition.
LEVELS = (20, 59, 60, 61, 75, 76, 114, 115, '115.5', '115.4', 116, 149, 150, '150.5', '150.6', 151, 250, 251,
          425, 426, 499, 500, 501, 900)
STARTS = ('2013-12-30 00:00', '2015-12-31 05:00', '2024-02-28 13:00', '2026-02-26 21:00', '2016-01-01 23:00')


def blocks(random_, hours):
    """Stretches of one level, most of them about as long as a leg, parted by clear or missing air."""
    values = []
    while len(values) < hours:
        level = random_.choice(LEVELS)
        length = random_.choice((1, 5, 19, 20, 23, 24, 25, 47, 48, 49, 71, 72, 73, 95, 96, 97))
        values += [str(level)] * length
        if random_.random() < 0.7:
            gap = random_.choice((1, 4, 5, 11, 12, 13, 24, 35, 36, 37, 48, 58, 59, 60, 61, 72))
            values += [random_.choice(('', '10'))] * gap
    return values[:hours]


def walk(random_, hours):
    """A wandering series with noise and holes."""
    level, values = 100.0, []
    for _ in range(hours):
        level = max(1.0, level + random_.gauss(0, 14) + (120 - level) * 0.01)
        values.append('' if random_.random() < 0.06 else f'{level:.1f}')
    return values


def others(random_, hours):
    """The other pollutants: mostly low, now and then the largest, often missing."""
    tops = {'pm10': 450, 'so2': 1200, 'no2': 400, 'co': 40, 'o3': 1000}
    columns = {}
    for pollutant, top in tops.items():
        if random_.random() < 0.3:
            columns[pollutant] = [''] * hours
            continue
        level, values = 0.1, []
        for _ in range(hours):
            level = min(1.0, max(0.01, level + random_.gauss(0, 0.03) - (level - 0.12) * 0.02))
            values.append('' if random_.random() < 0.08 else f'{level * top:.2f}')
        columns[pollutant] = values
    return columns


def regions(seed, count, hours):
    """[(region, first hour, {pollutant: [text]})]"""
    random_ = random.Random(seed)
    made = []
    for i in range(count):
        fine = blocks(random_, hours) if i % 2 == 0 else walk(random_, hours)
        columns = {'pm25': fine, **others(random_, hours)}
        made.append((f'region-{i}', series.hour_of(random_.choice(STARTS)), columns))
    return made


def rows_of(made, random_, drop=0.02):
    """CSV rows in any order, some hours without a row; the header first."""
    rows = []
    for region, first, columns in made:
        length = len(columns['pm25'])
        for i in range(length):
            cells = [columns[p][i] for p in POLLUTANTS]
            inside = 0 < i < length - 1
            if inside and (not any(cells) or random_.random() < drop):
                for pollutant in POLLUTANTS:
                    columns[pollutant][i] = ''
                continue
            rows.append(','.join([region, series.time_text(first + i), *cells]))
    random_.shuffle(rows)
    return ['region,time,' + ','.join(POLLUTANTS), *rows]


def values_of(columns, first):
    """{pollutant: {hour: millionths}} of a region's columns."""
    values = {}
    for pollutant, texts in columns.items():
        known = ((first + i, series.scaled(text)) for i, text in enumerate(texts))
        values[pollutant] = {hour: value for hour, value in known if value is not None}
    return values
