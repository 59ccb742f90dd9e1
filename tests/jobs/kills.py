#!/usr/bin/env python3
"""Kills -9 at random instants of planned sweeps, each followed by going on, until N kills are done.

usage: kills.py PROGRAM EXAMPLE [--kills N] [--seed N] [--repeat N] [--keep DIR]

A repeat does one sweep, by plan, shard and merge, or by sweep --jobs 2. Its processes are killed at instants that are
uniform over the time that they take, including their beginning and their end; shards are taken in any order, sometimes
two at once, and merged early. What must hold: each command that is not killed ends with the exit code that its state
asks for; the results are those of an uninterrupted run; and so are the names of all files that are there at the end.
Prints what failed with the seed and number of its repeat, which --repeat does alone. EXAMPLE is the folder
examples/demo.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

SWEEP = """format = 1
fit = "fit.json"
seed = 3
paths = 40
[search]
method = "sobol"
candidates = 24
[[family]]
name = "wsd"
shape = ["linear", "sqrt"]
peak_lr = { log = [1e-4, 6e-4] }
decay_fraction = { linear = [0.1, 0.5] }
warmup_steps = 100
total_steps = 1000
"""
SHARDS = 5
LONGER = ['--set', 'paths=1024', '--set', 'search.candidates=1500']  # so that a sweep keeps its progress in files
CASES = [  # name, command that does it, its settings
    ('ranking', 'sweep', LONGER),
    ('ranking', 'plan', []),
    ('bands of all', 'plan', ['--set', 'bands.candidates="all"', '--set', 'bands.times=4']),
    ('race', 'plan', ['--set', 'search.method="race"']),
]
RESULTS = ['results.csv', 'bands.npy', 'results.json']
KILLED = -9
MOST_SECONDS = 300  # of a command; then it hangs


class Fault(Exception):
    pass


class Commands:
    """Runs the program in a folder, sometimes killed, and knows how long each of its commands takes."""

    def __init__(self, program, folder, chance=None):
        self.program, self.folder, self.chance = program, folder, chance
        self.seconds = {}
        self.kills = 0

    def start(self, words):
        return subprocess.Popen([self.program] + words, cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def end(self, process, words, began, allowed):
        """Waits for it, or kills it. Returns its exit code, or KILLED."""
        kind = words[0]
        instant = None
        if self.chance and self.chance.random() < 0.6:
            instant = began + self.chance.uniform(0, 1.1 * self.seconds.get(kind, 0.1))
        try:
            _, error = process.communicate(timeout=MOST_SECONDS if instant is None else max(0, instant - time.time()))
        except subprocess.TimeoutExpired:
            process.kill()
            _, error = process.communicate()
            if instant is None:
                raise Fault(f'{words} takes more than {MOST_SECONDS} seconds: {error}')
        code = process.returncode
        if code == KILLED:
            self.kills += 1
        elif code not in allowed:
            raise Fault(f'{words} exits with {code}, not one of {allowed}: {error}')
        elif code == 0:
            self.seconds[kind] = time.time() - began
        return code

    def run(self, words, allowed=(0,)):
        return self.end(self.start(words), words, time.time(), allowed)

    def run_two(self, one, other, allowed):
        began = time.time()
        processes = [self.start(one), self.start(other)]
        return [self.end(process, words, began, allowed) for process, words in zip(processes, (one, other))]


def shard(index):
    return ['shard', 'out', '--index', str(index), '--threads', '1']


def do_planned(commands, settings, chance):
    """Plans, computes all shards in any order, and merges, until the sweep is finished."""
    plan = ['plan', 'sweep.toml', '--out', 'out', '--shards', str(SHARDS)] + settings
    merge = ['merge', 'out', '--threads', '1']
    while commands.run(plan) != 0:
        pass
    left = set(range(SHARDS))
    while left:
        index = chance.choice(sorted(left))
        if chance.random() < 0.2:
            other = chance.randrange(SHARDS)
            codes = commands.run_two(shard(index), shard(other), (0, 3) if other == index else (0,))
            left -= {i for i, code in zip((index, other), codes) if code == 0}
        elif commands.run(shard(index)) == 0:
            left.discard(index)
        # A shard that was killed may have been done: then nothing is missing, and the results are compared at the end.
        if left and chance.random() < 0.1 and commands.run(merge, (0, 3)) == 0:
            return merge
    while commands.run(merge) != 0:
        pass
    return merge


def do_here(commands, settings):
    sweep = ['sweep', 'sweep.toml', '--out', 'out', '--jobs', '2', '--threads', '1'] + settings
    while commands.run(sweep) != 0:
        pass
    return sweep


def do(kind, commands, settings, chance):
    last = do_planned(commands, settings, chance) if kind == 'plan' else do_here(commands, settings)
    commands.chance = None
    before = state_of(commands.folder / 'out')
    commands.run(last)  # has nothing to do
    if state_of(commands.folder / 'out') != before:
        raise Fault(f'{last} changed a sweep that was finished')


def state_of(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob('*')}


def names_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*'))


def content_of(folder, name):
    """A file's bytes, without what says how and when it was computed."""
    data = (folder / name).read_bytes()
    if not name.endswith('.json'):
        return data
    return {key: value for key, value in json.loads(data).items() if key not in ('performance', 'provenance')}


def compare(expected, found):
    for name in RESULTS:
        if content_of(found, name) != content_of(expected, name):
            raise Fault(f'{name} is not that of the uninterrupted run')
    names, usual = names_in(found), names_in(expected)
    if names != usual:
        more, less = set(names) - set(usual), set(usual) - set(names)
        raise Fault(f'too many files: {sorted(more)}, missing ones: {sorted(less)}')


def prepare(folder, fit):
    folder.mkdir(parents=True)
    shutil.copy(fit, folder / 'fit.json')
    (folder / 'sweep.toml').write_text(SWEEP)
    return folder


class Runs:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.usual = {}  # of each case, what an uninterrupted run left, and its seconds
        shutil.copytree(options.example, folder / 'example')
        fit = ['fit', 'manifest.toml', '--model', 'power', '--out', 'fit.json']
        subprocess.run([options.program] + fit, cwd=folder / 'example', check=True, capture_output=True)
        self.fit = folder / 'example' / 'fit.json'

    def uninterrupted(self, number):
        name, kind, settings = CASES[number]
        if number not in self.usual:
            commands = Commands(self.options.program, prepare(self.folder / f'usual-{number}', self.fit))
            do(kind, commands, settings, random.Random(0))
            self.usual[number] = (commands.folder / 'out', commands.seconds)
        return self.usual[number]

    def repeat(self, number):
        """One sweep with kills. Returns how many there were."""
        case = number % len(CASES)
        name, kind, settings = CASES[case]
        chance = random.Random(f'{self.options.seed}/{number}')
        expected, seconds = self.uninterrupted(case)
        folder = prepare(self.folder / f'repeat-{number}', self.fit)
        commands = Commands(self.options.program, folder, chance)
        commands.seconds = dict(seconds)
        try:
            do(kind, commands, settings, chance)
            compare(expected, folder / 'out')
        except Fault as fault:
            which = f'{name} by {kind}, --seed {self.options.seed} --repeat {number}'
            raise Fault(f'{which}, after {commands.kills} kills, in {folder}: {fault}') from None
        shutil.rmtree(folder)
        return commands.kills


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('program', type=lambda text: str(pathlib.Path(text).resolve()))
    parser.add_argument('example')
    parser.add_argument('--kills', type=int, default=20)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--repeat', type=int, help='this one alone')
    parser.add_argument('--keep', help='the folder for all files, which stay; by default they stay if something failed')
    options = parser.parse_args()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix='losscast-kills-')).resolve()
    began = time.time()
    kills = number = 0
    try:
        runs = Runs(options, folder)
        if options.repeat is not None:
            kills, number = runs.repeat(options.repeat), 1
        while options.repeat is None and kills < options.kills:
            kills += runs.repeat(number)
            number += 1
    except Fault as fault:
        print(f'FAILED: {fault}')
        return 1
    print(f'{kills} kills in {number} sweeps, {time.time() - began:.0f} s: all went on to the same results')
    if not options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == '__main__':
    sys.exit(main())
