#!/usr/bin/env python3
"""qingkongctl against a second implementation, on what the tree ships and on seeded synthetic series.

usage: oracle_test.py QINGKONGCTL SOURCE_DIR
"""
import csv
import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

import air
import days
import series
import synthetic
import windows

READINGS = {'rolling': windows.Rolling, 'hourly-run': windows.HourlyRun,
            'natural-day': windows.NaturalDay}
SERIES = {'rolling': series.rolling_index, 'hourly-run': series.hourly_index,
          'natural-day': series.daily_index}


class Judge:
    def __init__(self, program, source, scratch):
        self.program, self.source, self.scratch = program, pathlib.Path(source), pathlib.Path(scratch)
        self.compared, self.differences = {}, []

    def same(self, what, ours, theirs, where):
        self.compared[what] = self.compared.get(what, 0) + 1
        if ours != theirs and len(self.differences) < 20:
            self.differences.append(f'{what} of {where}: reference {ours}, qingkongctl {theirs}')

    def ask(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f'{arguments}: exit {done.returncode}\n{done.stderr.decode()}')
        return json.loads(done.stdout)

    def write(self, name, rows):
        path = self.scratch / name
        path.write_text('\n'.join(rows) + '\n', encoding='utf-8')
        return path


def windows_as_told(answer):
    told = {}
    for window in answer['windows']:
        met = [window[key] for key in ('colour', 'mandatory_colour', 'from', 'to', 'met_at', 'clause',
                                       'merged')]
        told.setdefault(window['region'], []).append(met)
    return told


def windows_as_expected(reading, binding, standard):
    of_pm25 = windows.windows(binding, standard)
    return [[w.colour, windows.mandatory_colour(w, of_pm25), series.time_text(w.first),
             series.time_text(w.last), series.time_text(w.met), w.clause, w.merged]
            for w in windows.windows(reading, standard)]


def reading_of(name, values, first, last, edition):
    own = series.own_index(values, first, last, edition) if name == 'rolling' else None
    return READINGS[name](SERIES[name](values, first, last, edition), own)


def check_trigger(judge, path, regions, edition=None):
    """regions: [(name, values, first hour, last hour)]"""
    forced = ['--hj633', str(edition)] if edition else []
    for name in READINGS:
        readings = {r[0]: (reading_of(name, r[1], r[2], r[3], edition),
                           reading_of(name, series.alone(r[1], 'pm25'), r[2], r[3], edition))
                    for r in regions}
        for standard, clauses in windows.STANDARDS.items():
            answer = judge.ask('trigger', '--standard', standard, '--hourly', path, '--hours-as', name,
                               '--format', 'json', *forced)
            told = windows_as_told(answer)
            for region, both in readings.items():
                expected = windows_as_expected(*both, clauses)
                judge.same('windows', expected, told.get(region, []), f'{region} {standard} {name}')


def check_daily(judge, name, regions):
    """Daily AQI: {region: {day: aqi}}."""
    def date(day):
        return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()
    rows = [f'{region},{date(day)},{aqi}' for region, aqis in regions.items()
            for day, aqi in sorted(aqis.items())]
    path = judge.write(name, ['region,date,aqi', *rows])
    for standard, clauses in windows.STANDARDS.items():
        told = windows_as_told(judge.ask('trigger', '--standard', standard, '--daily', path,
                                         '--format', 'json'))
        for region, aqis in regions.items():
            days_read = windows.NaturalDay(aqis)
            expected = windows_as_expected(days_read, days_read, clauses)
            judge.same('daily windows', expected, told.get(region, []), f'{region} {standard}')


def check_air(judge, path, regions, edition=None, every=1):
    forced = ['--hj633', str(edition)] if edition else []
    answer = judge.ask('aqi', '--hourly', path, '--format', 'json', *forced)
    told = {r['region']: r for r in answer['regions']}
    for region, values, first, last in regions:
        hours = {h['time']: h for h in told[region]['hours']}
        judge.same('number of hours', last - first + 1, len(hours), region)
        for number in range(first, last + 1, every):
            time = series.time_text(number)
            expected = days.hour(values, number, edition)
            judge.same('hours', expected, {k: hours[time][k] for k in expected}, f'{region} {time}')
        for number, day in zip(range(series.day_of(first), series.day_of(last) + 1),
                               told[region]['days']):
            expected = days.day(values, number, edition)
            judge.same('days', expected, {k: day[k] for k in expected}, f"{region} {day['date']}")


def demo_city(judge):
    """The episode the tree ships, its stations as regions, carbon monoxide in µg/m³."""
    path = judge.source / 'packaging/demo-data/beijing_2015-11-25_2015-12-31.csv'
    stations = {}
    with open(path, encoding='utf-8', newline='') as file:
        for row in csv.DictReader(file):
            values = stations.setdefault(row['station'], {p: {} for p in synthetic.POLLUTANTS})
            hour = series.hour_of(row['time'])
            for pollutant in synthetic.POLLUTANTS:
                value = series.scaled(row[f'{pollutant}_ugm3'])
                if value is not None:
                    values[pollutant][hour] = value // 1000 if pollutant == 'co' else value
            values.setdefault('hours', []).append(hour)
    regions = []
    for station, values in stations.items():
        hours = values.pop('hours')
        regions.append((station, values, min(hours), max(hours)))
    return path, regions


def made_up(judge, seed, count, hours):
    random_ = random.Random(seed)
    made = synthetic.regions(seed, count, hours)
    path = judge.write(f'synthetic-{seed}.csv', synthetic.rows_of(made, random_))
    return path, [(region, synthetic.values_of(columns, first), first, first + hours - 1)
                  for region, first, columns in made]


def along_the_scales(judge, edition):
    """A day at and about every breakpoint, a region for each pollutant."""
    first, made = series.hour_of('2024-01-01 00:00'), []
    for pollutant in air.POLLUTANTS:
        average = '8h' if pollutant == 'o3' else '24h'
        offsets = ('-1', '-0.5', '-0.05', '0', '0.05', '0.5', '0.500001', '1')
        levels = [Fraction(point) + Fraction(offset) for offset in offsets
                  for point in air.points(pollutant, average, edition)]
        texts = [f'{float(level):.6f}' for level in levels if level >= 0 for _ in range(24)]
        columns = {p: texts if p == pollutant else [''] * len(texts) for p in air.POLLUTANTS}
        made.append((pollutant, first, columns))
    path = judge.write(f'scale-{edition}.csv', synthetic.rows_of(made, random.Random(1), drop=0))
    return path, [(name, synthetic.values_of(columns, first), first,
                   first + len(columns['pm25']) - 1) for name, first, columns in made]


def daily_walks(seed, count, length):
    random_ = random.Random(seed)
    regions = {}
    for i in range(count):
        start, aqis = random_.choice((16070, 19000, 20500)), {}
        for day in range(start, start + length):
            if random_.random() < 0.85 or day in (start, start + length - 1):
                aqis[day] = random_.choice((40, 100, 101, 149, 150, 151, 180, 200, 201, 250, 300, 301,
                                            450, 451, 499, 500))
        regions[f'region-{i}'] = aqis
    return regions


def main():
    program, source = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as scratch:
        judge = Judge(program, source, scratch)
        path, stations = demo_city(judge)
        check_air(judge, path, stations[:2])
        check_trigger(judge, path, stations)
        path, regions = made_up(judge, 1, 6, 1200)
        check_trigger(judge, path, regions)
        for edition in (2012, 2026):
            path, regions = along_the_scales(judge, edition)
            check_air(judge, path, regions, edition, every=23)
            path, regions = made_up(judge, edition, 2, 400)
            check_air(judge, path, regions, edition)
        check_daily(judge, 'daily.csv', daily_walks(7, 40, 120))
    for what, count in judge.compared.items():
        print(f'{what}: {count} compared')
    for difference in judge.differences:
        print(difference)
    return 1 if judge.differences else 0


if __name__ == '__main__':
    sys.exit(main())
