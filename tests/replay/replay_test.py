#!/usr/bin/env python3
"""A thousand recorded decisions, made once more: all are the same, and what was changed by hand is named.

  replay_test.py QINGKONGCTL
"""
import json
import lzma
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

CTL = sys.argv[1]
ARCHIVE = Path(__file__).with_name('decisions.jsonl.xz')
AT_LEAST = 800


def replay(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'decisions.jsonl'
        file.write_text(text, encoding='utf-8')
        done = subprocess.run([CTL, 'replay', str(file), '--format', 'json'], capture_output=True, check=False)
    answer = json.loads(done.stdout) if done.stdout else None
    return done.returncode, answer, done.stderr.decode()


def expect(holds, what):
    if not holds:
        sys.exit(f'FAILED: {what}')


def all_are_the_same(lines):
    code, answer, errors = replay('\n'.join(lines) + '\n')
    decisions = answer['decisions']
    for item in decisions['items'][:10]:
        print(item['number'], item['warning'], item['at'], item['result'], '|', item['then'], '|', item['now'])
        print('   ', *item['differences'][:5], sep='\n    ')
    expect(decisions['equal'] == len(lines), f'{decisions["equal"]} of {len(lines)} are equal\n{errors}')
    expect(code == 0 and answer['holds'], f'exit code {code}')


def what_is_decided_otherwise_is_named(line):
    """The same decision under a standard whose deciding clause asks for more."""
    record = json.loads(line)
    clause = record['found']['proposal']['clause']
    for one in record['inputs']['standard']['clauses']:
        if one['id'] == clause:
            for leg in one['legs']:
                leg['aqi_above'] = 499
    code, answer, _ = replay(json.dumps(record, ensure_ascii=False) + '\n')
    expect(code == 1 and not answer['holds'], f'exit code {code} with another standard')
    (item,) = answer['decisions']['items']
    expect(item['number'] == record['number'] and item['result'] == 'differs', f'{item}')
    expect(item['clause_then'] == clause and item['clause_now'] != clause, f'clauses of {item}')
    expect(item['then'] != item['now'] and item['differences'], f'{item}')


def other_reasons_are_told_apart(line):
    record = json.loads(line)
    record['found']['proposal']['reasons'][0]['text'] += '。'
    code, answer, _ = replay(json.dumps(record, ensure_ascii=False) + '\n')
    (item,) = answer['decisions']['items']
    expect(code == 1 and item['result'] == 'reasons_differ', f'{item}')
    expect(any(d.startswith('proposal.reasons[0].text: ') for d in item['differences']), f'{item}')


def what_cannot_be_read_is_no_agreement(line):
    record = json.loads(line)
    record['check'] = 'guess'
    code, answer, _ = replay(json.dumps(record, ensure_ascii=False) + '\n')
    expect(code == 1 and answer['decisions']['unreadable'] == 1, f'exit code {code}')
    code, _, errors = replay(line + '\n' + line[:200] + '\n')
    expect(code == 2 and ':2:' in errors, f'exit code {code} for half a line: {errors}')


def main():
    lines = lzma.decompress(ARCHIVE.read_bytes()).decode().splitlines()
    expect(len(lines) >= AT_LEAST, f'{len(lines)} decisions')
    records = [json.loads(line) for line in lines]
    kinds = Counter((record['found'].get('proposal') or {}).get('kind') if record['check'] == 'assess'
                    else record['check'].split()[0] for record in records)
    print(len(lines), 'decisions:', dict(kinds))
    expect({'start', 'raise', 'lower', 'lift', 'extend'} <= set(kinds), f'all kinds of decisions: {dict(kinds)}')
    all_are_the_same(lines)
    started = next(line for line, record in zip(lines, records)
                   if (record['found'].get('proposal') or {}).get('kind') == 'start')
    what_is_decided_otherwise_is_named(started)
    other_reasons_are_told_apart(started)
    what_cannot_be_read_is_no_agreement(started)


if __name__ == '__main__':
    main()
