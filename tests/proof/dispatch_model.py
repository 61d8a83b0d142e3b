#!/usr/bin/env python3
"""SPIN on the model of dispatch (dispatch_model.pml), and on every fault that can be planted in it.

  dispatch_model.py SPIN MODEL [--show FAULT]

The model must hold at every bound below, in every state that can be reached. Each planted fault must be refused, and
by the property that it is against: a checker that refuses everything, or a property that says nothing, would not do.
Every step of the model must be taken at one of the bounds, so that none of it is there for nothing.
tests/functional/dispatch_story_test.py asks it whether the model has a run that stores what a real run has stored.

`--show FAULT` prints the steps of a run that the checker refuses; with 0, of the model itself.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

# So many revisions, so many faults of any kind at any moment; whether the agent may also die for good, in which case
# deadlines pass, too.
Bound = namedtuple('Bound', 'revisions faults may_die')
BOUNDS = (Bound(1, 3, 0), Bound(2, 2, 0), Bound(3, 1, 0), Bound(2, 1, 1))

# What the checker says of a broken assertion -> the property in the head of the model.
SAYS = (('S1', r'>>2\)>=highest'), ('S2', r'issued\['), ('S3', r'highest>=\(row>>2\)|==\(row>>2\)'),
        ('S4', r'was_told'), ('S5', r'\(record>>2\)>='), ('S6', r'\(journal\|passed\)'))

# A fault: the bound at which it is refused, and by which property.
PLANTED = {
    'DECISION_ASKS_NOTHING': (Bound(1, 0, 0), 'L'),
    'PUBLISHED_BEFORE_STORED': (Bound(1, 0, 0), 'S2'),
    'REVISIONS_BEGIN_ANEW': (Bound(2, 1, 0), 'L'),
    'RECEIPT_OUTLIVES_REVISION': (Bound(2, 0, 0), 'S3'),
    'LISTED_ONCE_FOR_ALL': (Bound(2, 0, 1), 'L'),
    'NOT_RETAINED': (Bound(1, 0, 0), 'L'),
    'SETTLED_WHEN_SENT': (Bound(1, 1, 0), 'L'),
    'CUT_IS_TAKEN': (Bound(1, 1, 0), 'L'),
    'TWO_ON_THE_WAY': (Bound(2, 0, 0), 'L'),
    'OLD_ANSWER_SETTLES_NEW': (Bound(2, 0, 0), 'L'),
    'NOTHING_COMPARED': (Bound(1, 1, 0), 'L'),
    'COMPARED_WITHOUT_SESSION': (Bound(1, 1, 1), 'L'),
    'OLDER_COUNTS_AS_HELD': (Bound(2, 1, 1), 'L'),
    'ANSWER_OF_LINK_BEFORE_NOTED': (Bound(1, 1, 0), 'L'),
    'ANSWERED_ON_LINK_BEFORE_COUNTS': (Bound(1, 1, 0), 'L'),
    'COMPARED_ONCE': (Bound(1, 1, 0), 'L'),
    'ACKNOWLEDGED_BEFORE_APPENDED': (Bound(1, 1, 0), 'S4'),
    'JOURNAL_NOT_READ': (Bound(1, 1, 0), 'S4'),
    'OLD_RECEIPT_CLOSES_NEW': (Bound(2, 0, 0), 'S3'),
    'UNKNOWN_RECEIPT_BELIEVED': (Bound(1, 1, 0), 'S3'),
    'RECEIPT_IN_MEMORY': (Bound(1, 1, 0), 'L'),
    'MARK_BEFORE_APPENDED': (Bound(1, 0, 0), 'S6'),
    'AGENT_BELIEVES_BROKER': (Bound(1, 1, 0), 'L'),
    'AGENT_TAKES_LOWER': (Bound(2, 0, 0), 'S1'),
    'AGENT_REVISION_IN_MEMORY': (Bound(2, 1, 0), 'S1'),
    'AGENT_ACKNOWLEDGES_FIRST': (Bound(1, 0, 0), 'S5'),
    'AGENT_ANSWERS_FIRST': (Bound(1, 0, 0), 'S3'),
    'AGENT_NOTES_ANSWER_FIRST': (Bound(1, 1, 0), 'L'),
    'AGENT_SENDS_ONCE': (Bound(1, 1, 0), 'L'),
    'NOBODY_IS_LISTED': (Bound(1, 0, 1), 'L'),
    'BROKERS_ANSWER_IS_RECEIPT': (Bound(1, 0, 0), 'S3'),
    'OLD_RECEIPT_CLOSES_CALL': (Bound(2, 0, 1), 'L'),
}
FAULTS_LEAST = 20
# Lines of the model that only a planted fault comes to, or the reader of a story. A receipt is believed in several
# places, in one of them by the model itself: without that, no bound would hold.
OF_FAULTS = re.compile(r'\bIS\(|\b(draft|unwritten|restarted|hand|owes|sent|told)\b|^ *receipt = true;')
STORY_MOST = 200  # as in the model
DEPTH_MOST = 100_000

Answer = namedtuple('Answer', 'refused_by states unreached seconds text')


def fail(what):
    sys.exit(f'FAILED: {what}')


def faults_of(model):
    """The list in the model: name -> number."""
    text = model.read_text()
    body = text[text.index('---- planted faults ----'):text.index('---- documents')]
    return {name: int(number) for name, number in re.findall(r'#define (\w+) (\d+)', body)}


def run(command, folder, **environment):
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True,
                          env={**os.environ, **{name: str(value) for name, value in environment.items()}})
    return done.returncode, done.stdout + done.stderr


def build(spin, model, folder):
    """The checker of this model, a program of its own."""
    for command in ([spin, '-a', str(model)],
                    ['gcc', '-O1', '-w', '-DNOREDUCE', '-o', 'pan', 'pan.c']):
        code, said = run(command, folder)
        if code != 0 or 'Error' in said:
            fail(f'{" ".join(command)}: {said}')


def property_in(said):
    if 'acceptance cycle' in re.sub(r'acceptance\s+cycles', '', said):
        return 'L'
    broken = re.search(r'assertion violated (.*) \(at depth', said)
    if not broken:
        return None
    condition = broken.group(1).replace(' ', '')
    for name, pattern in SAYS:
        if re.search(pattern, condition):
            return name
    fail(f'no property is known that says {condition}')


def check(folder, bound, fault):
    began = time.monotonic()
    _, said = run(['./pan', '-a', f'-m{DEPTH_MOST}', '-w20'], folder, PLANTED=fault, REVISIONS=bound.revisions,
                  FAULTS=bound.faults, MAY_DIE=bound.may_die)
    states = re.search(r'(\d+) states, stored', said)
    errors = re.search(r'errors: (\d+)', said)
    if not states or not errors or 'max search depth too small' in said or 'out of memory' in said:
        fail(f'{bound}: the checker did not come to its end:\n{said}')
    refused_by = property_in(said)
    if (refused_by is None) != (errors.group(1) == '0'):
        fail(f'{bound}: what the checker says is not understood:\n{said}')
    unreached = set(re.findall(r'\.pml:(\d+), state (\d+), "([^-].*)"', said))
    return Answer(refused_by, int(states.group(1)), unreached, time.monotonic() - began, said)


def tells(folder, bound, seen):
    """Whether the model has a run whose store holds these, one after the other: (revision, is wanted again, has a
    receipt)."""
    if len(seen) > STORY_MOST:
        fail(f'a story of {len(seen)}')
    story = ','.join(str(revision * 4 + is_wanted * 2 + has_receipt) for revision, is_wanted, has_receipt in seen)
    # Without -a: what is asked for is a state, the end of the story.
    _, said = run(['./pan', f'-m{DEPTH_MOST}', '-w20'], folder, PLANTED=0, REVISIONS=bound.revisions,
                  FAULTS=bound.faults, MAY_DIE=bound.may_die, STORY=story)
    errors = re.search(r'errors: (\d+)', said)
    if not errors or 'max search depth too small' in said or 'out of memory' in said:
        fail(f'{bound}: the checker did not come to its end:\n{said}')
    broken = re.search(r'assertion violated (.*) \(at depth', said)
    if broken and 'seen!=told' not in broken.group(1).replace(' ', ''):
        fail(f'{bound}: {broken.group(1)}')
    return broken is not None


def the_model_holds(folder):
    """What was reached at no bound."""
    unreached = None
    for bound in BOUNDS:
        answer = check(folder, bound, 0)
        if answer.refused_by:
            fail(f'{answer.refused_by} does not hold at {bound}; see --show 0')
        unreached = answer.unreached if unreached is None else unreached & answer.unreached
        print(f'holds at {bound.revisions} revisions, {bound.faults} faults{", a dead agent" * bound.may_die}: '
              f'{answer.states} states, {answer.seconds:.1f} s')
    return unreached


def every_step_is_taken(model, unreached):
    lines = model.read_text().splitlines()
    for line, _, step in sorted(unreached):
        if not OF_FAULTS.search(lines[int(line) - 1]):
            fail(f'nothing ever does this, line {line}: {step}')


def every_fault_is_refused(folder, numbers):
    if set(numbers) != set(PLANTED) or len(set(numbers.values())) != len(numbers):
        fail(f'the faults of the model and those of the list differ: {sorted(set(numbers) ^ set(PLANTED))}')
    if len(numbers) < FAULTS_LEAST:
        fail(f'{len(numbers)} faults')
    for name, (bound, property_name) in PLANTED.items():
        answer = check(folder, bound, numbers[name])
        if answer.refused_by != property_name:
            fail(f'{name} at {bound}: refused by {answer.refused_by}, not by {property_name}')
        print(f'{name} is refused by {property_name}: {answer.seconds:.1f} s')


def show(folder, fault, numbers):
    bounds = [PLANTED[fault][0]] if fault in PLANTED else BOUNDS
    for bound in bounds:
        answer = check(folder, bound, numbers.get(fault, 0))
        if answer.refused_by is None:
            continue
        _, steps = run(['./pan', '-r', '-v'], folder, PLANTED=numbers.get(fault, 0), REVISIONS=bound.revisions,
                       FAULTS=bound.faults, MAY_DIE=bound.may_die)
        print(f'{answer.refused_by} at {bound}\n{steps}')
        return
    print('nothing is refused')


def main():
    began = time.monotonic()
    model = Path(sys.argv[2]).resolve()
    numbers = faults_of(model)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(sys.argv[1], model, folder)
        if sys.argv[3:4] == ['--show']:
            return show(folder, sys.argv[4], numbers)
        unreached = the_model_holds(folder)
        every_step_is_taken(model, unreached)
        every_fault_is_refused(folder, numbers)
    print(f'{len(numbers)} planted faults, all refused; {time.monotonic() - began:.1f} s in all')
    return None


if __name__ == '__main__':
    main()
