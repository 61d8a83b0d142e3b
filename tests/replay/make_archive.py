#!/usr/bin/env python3
"""Makes the archive of decisions that tests/replay replays: decisions.jsonl.xz.

  tests/replay/make_archive.py QINGKONG_SIM QINGKONGCTL [OUT]

Invented winters, a seed each, are played with qingkong-sim (`run --keep`): episodes of particles that come and
go, dust, ozone, gaps in the observations, forecasts that change their mind, officers who are slow. What the
daemon decided in them, and all that it saw, is exported by `qingkongctl replay --export`; the numbers of one
winter follow those of the one before. The same programs make the same archive.

An archive is made anew when a change is meant to decide otherwise: replay the old one first, read every
difference, and say in the commit why it is right.
"""
import json
import lzma
import math
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

DAYS = 118  # of a story; the weather reaches over its end
WANTED = 1000  # decisions, about
WINTERS = 6
AT_ONCE = 2
FIRST_DAYS = ['2024-11-15', '2025-01-05', '2025-11-20', '2026-02-01', '2015-11-15', '2023-12-10']
ISSUES = [[8, 17], [8], [2, 8, 14, 20], [5, 17], [8, 20]]  # hours at which a forecast is issued
ERRORS = [0.06, 0.10, 0.14, 0.20]  # that a day of lead adds
OFFICERS = [(20, 45), (10, 30), (40, 200), (20, 600)]  # minutes to a consultation, and to a signature


def air_of(seed, first, hours):
    """Rows 'region,time,pm25,pm10,so2,no2,co,o3' of an invented winter."""
    rng = random.Random(seed)
    target, level, dust, gap = 60.0, 60.0, 0.0, 0
    left = 0
    for hour in range(hours):
        t = first + timedelta(hours=hour)
        if left == 0:  # another spell of weather
            kind = rng.choices(['clean', 'moderate', 'heavy', 'severe', 'dust'], [34, 26, 24, 10, 6])[0]
            target = {'clean': 35, 'moderate': 110, 'heavy': 190, 'severe': 320, 'dust': 60}[kind]
            target *= rng.uniform(0.75, 1.3)
            left = rng.randrange(16, 90)
            dust = rng.uniform(500, 1500) if kind == 'dust' else 0.0
        left -= 1
        speed = 0.22 if target < level else 0.06  # wind cleans faster than haze gathers
        level += (target - level) * speed + rng.gauss(0, 5)
        level = max(level, 4.0)
        day = math.cos((t.hour - 4) / 24 * 2 * math.pi)
        pm25 = max(2.0, level * (1 + 0.12 * day) + rng.gauss(0, 4))
        dust *= 0.97
        pm10 = pm25 * 1.25 + 12 + dust
        o3 = max(4.0, 60 - 45 * day - pm25 * 0.1) * (1.9 if t.month in (5, 6) else 1.0)
        if gap == 0 and rng.random() < 0.004:
            gap = rng.randrange(1, 9)
        gap = max(0, gap - 1)
        if gap:
            continue
        yield (f'110000,{t:%Y-%m-%dT%H}:00:00+08:00,{pm25:.0f},{pm10:.0f},{8 + pm25 / 20:.0f},'
               f'{25 + pm25 / 5:.0f},{0.4 + pm25 / 120:.1f},{o3:.0f}')


def scenario_of(seed, folder):
    start = datetime.strptime(FIRST_DAYS[seed % len(FIRST_DAYS)], '%Y-%m-%d')
    issues, error = ISSUES[seed % len(ISSUES)], ERRORS[seed % len(ERRORS)]
    consults, signs = OFFICERS[seed // 3 % len(OFFICERS)]
    rows = air_of(seed, start - timedelta(days=15), (DAYS + 26) * 24)
    (folder / 'air.csv').write_text('region,time,pm25,pm10,so2,no2,co,o3\n' + '\n'.join(rows) + '\n')
    scenario = folder / 'winter.toml'
    scenario.write_text(f'''name = "winter {seed}"
seed = {seed}
start = "{start:%Y-%m-%dT%H:%M}"
end = "{start + timedelta(days=DAYS):%Y-%m-%dT%H:%M}"
region = "110000"
pack = "beijing-demo"
[weather]
file = "air.csv"
[forecast]
hours = {issues}
error_per_day = {error}
shift_hours_per_day = {error * 20:.1f}
[enterprises]
count = 1
history_days = 0
report_minutes = 1440
reading_loss = 0
[officer]
consults_after_minutes = {consults}
signs_after_minutes = {signs}
''')
    return scenario


def decisions_of(seed, sim, ctl, folder):
    subprocess.run([sim, 'run', str(scenario_of(seed, folder)), '--keep', str(folder / 'kept')],
                   stdout=subprocess.DEVNULL, check=False)  # its exit code tells of enterprises
    exported = subprocess.run([ctl, 'replay', str(folder / 'kept/qingkong.db'), '--export', '-'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return exported.stdout.decode().splitlines()


def winter(seed, sim, ctl):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return [json.loads(line) for line in decisions_of(seed, sim, ctl, Path(name))]


def archive(sim, ctl):
    lines, last = [], 0
    seeds = range(1, WINTERS + 1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        winters = pool.map(lambda seed: winter(seed, sim, ctl), seeds)
        for seed, found in zip(seeds, winters):
            for one in found:
                one['number'] += last
                one['warning'] += f'/{seed}'
                lines.append(json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(',', ':')))
            last = max((one['number'] for one in found), default=last)
            print(f'winter {seed}: {len(found)} decisions', file=sys.stderr, flush=True)
    return lines


def main():
    sim, ctl = sys.argv[1:3]
    out = Path(sys.argv[3] if len(sys.argv) > 3 else Path(__file__).with_name('decisions.jsonl.xz'))
    lines = archive(sim, ctl)
    if len(lines) < WANTED * 0.8:
        sys.exit(f'{len(lines)} decisions only')
    text = '\n'.join(lines) + '\n'
    out.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f'{len(lines)} decisions, {len(text)} bytes, {out.stat().st_size} compressed', file=sys.stderr)


if __name__ == '__main__':
    main()
