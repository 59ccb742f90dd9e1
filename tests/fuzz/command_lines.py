#!/usr/bin/env python3
"""Random command lines of the program, each in a folder of its own and within limits.

usage: command_lines.py PROGRAM EXAMPLE [--runs N] [--seed N] [--seconds S] [--keep DIR]

Flags, values and files are those of commands that work, changed in some places. What must hold: the exit code is a
documented one and no signal ends the program; messages are lines of UTF-8 without control characters; after exit 2
there is one error and no new file; exit 1 is an error of the system, with its reason. A run that takes more processor
time than its limit is counted, since a command may ask for much; one that merely waits is a fault. Each fault is kept
in DIR, with its files and its command line. EXAMPLE is the folder examples/demo.
"""
import argparse
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

EXIT_CODES = {0, 1, 2, 3, 4, 5, 85}
PROCESSOR_SECONDS, SECONDS = 5, 120  # the second catches what waits; other programs may slow down the first
MEMORY, FILE = 8 << 30, 64 << 20  # bytes that a run may take, and write into one file

SCHEDULES = [
    '{ family = "wsd", peak_lr = 3e-4, warmup_steps = 10, decay_fraction = 0.2, total_steps = 200 }',
    '{ family = "cosine", peak_lr = 3e-4, final_lr_ratio = 0.1, total_steps = 300, weight_decay = { steps = [0, 9],'
    ' values = [0.1, 0.02] }, batch = 1000 }',
    '{ family = "phases", phases = [{ family = "constant", peak_lr = 3e-4, total_steps = 80 }, { family = "linear",'
    ' peak_lr = 3e-4, total_steps = 20 }] }',
    '{ family = "file", path = "best.csv" }',
]
RECORDED = '{ family = "cosine", peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 500, total_steps = 12000 }'
SPIKES = ['{ jump_rate = 1e-4, critical_lr = 3e-4, mean_jump = 0.1 }', '{ barrier_noise = 0.02, barrier_limit = 4 }']
SETTINGS = ['paths=16', 'search.candidates=6', 'search.method="race"', 'search.method="random"', 'bands.times=3',
            'family.wsd.peak_lr=2e-4', 'family.wsd.decay_fraction.linear=[0.1, 0.5]', 'objective={ quantile = 0.9 }',
            'search.horizons=[100, 200]', 'limits.p_spike=0.1', 'spikes=' + SPIKES[0], 'seed=3', 'bands="none"']
NUMBERS = ['0', '1', '2', '3', '8', '-1', '-0', '0.5', '1e-3', '1e-9', '1e2', '1000', '1e400', '-1e400', 'nan', 'inf',
           '1e18', '9223372036854775807', '9223372036854775808', '1e300', '5e-324', '0x10', '1_000', '', ' 1', '1 ',
           '0.999', '0.95', '1.0000000001', '4096', '2147483647', '2147483648', '4294967297', '١']
WORDS = ['cpu', 'cuda', 'auto', 'fast', 'reproducible', 'euler', 'exact-moments', 'antithetic', 'conditional-mean',
         'antithetic,conditional-mean', ',', 'adamw', 'power', 'spectral', 'constant', 'cosine',
         'constant,cosine', 'models', 'families', 'objectives', '-', '--', '=', 'a=b', '\x1b[31m', 'é', '\udcff', '\n']
PATHS = ['fit.json', 'record.json', 'manifest.toml', 'sweep.toml', 'race.toml', 'synthetic_cosine.csv', 'best.csv', 'one', 'two',
         '.', '..', '/', '/dev/null', '/dev/full', 'missing', 'missing/file', 'fit.json/x', 'out', 'out/', 'a' * 300,
         'é.csv', ' ', '\udcff', '*', '~', 'one/results.json']
PIECES = ['=', '{', '}', '[', ']', '[[', ']]', '"', "'", ',', '\n', '#', 'nan', '1e400', '-', '0', '1e18', 'true',
          '{}', '[]', '\\u0000', '\\n', '\x00', '\x1b', 'null', ':', '99999999999999999999', '-1', '0.5', 'e']


def flags_of(program):
    """The flags of each command, with whether they take a value, from its help."""
    flags = {}
    for command in ('fit', 'validate', 'score', 'predict', 'update', 'verify', 'sweep', 'optimize', 'report',
                    'compare', 'budget', 'list', 'version'):
        text = subprocess.run([program, command, '--help'], capture_output=True, text=True, check=True).stdout
        found = re.findall(r"^ +(?:-h, )?--([a-z-]+)(?: ([A-Z,.a-z]+|'.*'))?(?:  |$)", text, re.MULTILINE)
        flags[command] = [(name, bool(value)) for name, value in found]
    return flags


def make_inputs(program, example, folder):
    """The files that commands begin with: the example's, a fit, and the results of two sweeps."""
    def run(*words):
        subprocess.run([program, *words], cwd=folder, check=True, capture_output=True)
    for file in pathlib.Path(example).iterdir():
        shutil.copy(file, folder)
    run('fit', 'manifest.toml', '--train', 'constant,cosine')
    fit = json.loads((folder / 'fit.json').read_text())
    fit['draws'] = fit['draws'][:32]
    (folder / 'fit.json').write_text(json.dumps(fit))
    sweep = (folder / 'sweep.toml').read_text()
    for old, new in (('candidates = 200', 'candidates = 6'), ('paths = 512', 'paths = 8'), ('12_000', '400'),
                     ('warmup_steps = 500', 'warmup_steps = 10')):
        assert old in sweep, 'the example has changed: ' + old
        sweep = sweep.replace(old, new)
    (folder / 'sweep.toml').write_text(sweep)
    race = sweep.replace('method = "sobol"', 'method = "race"\nhorizons = [200, 400]').replace('total_steps = 400', '')
    (folder / 'race.toml').write_text(race)
    run('optimize', 'fit.json', '--steps', '50', '--peak-lr', '3e-4', '--draws', '2', '--out', 'best.csv')
    run('predict', 'fit.json', '--schedule', RECORDED, '--paths', '256', '--times', '5', '--register', 'record.json')
    run('sweep', 'sweep.toml', '--out', 'one')
    run('sweep', 'race.toml', '--out', 'two')
    shutil.copytree(folder / 'one', folder / 'three')


class Maker:
    def __init__(self, seed, flags):
        self.random = random.Random(seed)
        self.flags = flags

    def base(self):
        """Words of a command that works."""
        r = self.random
        command = r.choices(['predict', 'sweep', 'score', 'compare', 'fit', 'validate', 'verify', 'optimize', 'budget',
                             'list', 'version', 'update', 'report'], [30, 30, 8, 8, 5, 2, 6, 3, 6, 4, 1, 6, 6])[0]
        if command == 'predict':
            words = ['fit.json', '--schedule', r.choice(SCHEDULES), '--paths', '8', '--times', '5']
            extra = [['--out', 'bands.csv'], ['--plot', 'p.svg'], ['--spikes', r.choice(SPIKES)], ['--no-noise'],
                     ['--target-se', '0.1'], ['--block', '2'],
                     ['--measured', 'synthetic_cosine.csv', '--plot', 'p.svg'],
                     ['--register', 'new_record.json', '--paths', '256']]
        elif command == 'sweep':
            words = [r.choice(['sweep.toml', 'race.toml']), '--out', 'out']
            extra = [['--set', r.choice(SETTINGS)] for _ in range(3)] + [['--target-se', '0.1'], ['--strict']]
        elif command == 'score':
            words, extra = ['fit.json', 'manifest.toml', '--paths', '8'], [['--curves', 'constant']]
        elif command == 'compare':
            words, extra = ['one', 'two', '--paths', '8'], [['--with', 'three'], ['--fit', 'fit.json']]
        elif command == 'report':
            words, extra = ['one'], [['--out', 'page.html'], ['--json']]
        elif command == 'fit':
            words, extra = ['manifest.toml', '--train', 'cosine', '--out', 'new.json'], [['--model', 'power']]
        elif command == 'update':
            words = ['fit.json', '--run', 'synthetic_cosine.csv', '--schedule', r.choice(SCHEDULES), '--times', '3']
            extra = [['--out', 'bands.csv'], ['--strict'], ['--weight-decay', '0.1']]
        elif command == 'verify':
            words, extra = ['record.json', 'synthetic_cosine.csv'], [['--json']]
        elif command == 'validate':
            words = ['manifest.toml', '--train', 'cosine,constant,two_stage', '--by', 'curve', '--model', 'power']
            extra = [['--strict'], ['--by', 'curve,family']]
        elif command == 'optimize':
            words, extra = ['fit.json', '--steps', '20', '--peak-lr', '3e-4', '--draws', '2'], [['--monotone']]
        elif command == 'budget':
            words = ['race.toml', '--tokens', '3e5', '--tokens-per-step', '1000', '--out', 'out']
            extra = [['--with', 'race.toml'], ['--set', r.choice(SETTINGS)]]
        else:
            words, extra = ['models'] if command == 'list' else [], [['--json']]
        for more in extra:
            if r.random() < 0.3:
                words = words + more
        if command not in ('list', 'version', 'verify', 'report') and r.random() < 0.9:
            words = words + ['--threads', r.choice(['1', '2'])]
        return [command] + words

    def mutated_text(self, text):
        r = self.random
        for _ in range(r.choice([1, 1, 1, 2, 4])):
            tokens = re.findall(r'[\w.+-]+|\s+|.', text, re.DOTALL) or ['']
            i = r.randrange(len(tokens))
            change = r.randrange(7)
            if change == 0:
                tokens[i] = r.choice(PIECES + NUMBERS + WORDS)
            elif change == 1:
                del tokens[i:i + r.choice([1, 1, 3, 10])]
            elif change == 2:
                tokens[i:i] = [r.choice(PIECES)] * r.choice([1, 1, 1, 2, 300])
            elif change == 3:
                tokens[i] = tokens[r.randrange(len(tokens))]
            elif change == 4:
                tokens[i:i] = tokens[i:i + r.choice([1, 5, 20])]
            elif change == 5:
                numbers = [j for j, token in enumerate(tokens) if token[:1].isdigit()]
                if numbers:
                    tokens[r.choice(numbers)] = r.choice(NUMBERS)
            elif tokens[i]:
                at = r.randrange(len(tokens[i]))
                tokens[i] = tokens[i][:at] + chr(r.randrange(1, 128)) + tokens[i][at + 1:]
            text = ''.join(tokens)
        return text

    def value(self, old):
        r = self.random
        change = r.randrange(6)
        if change == 0:
            return r.choice(NUMBERS)
        if change == 1:
            return r.choice(WORDS)
        if change == 2:
            return r.choice(PATHS)
        if change == 3:
            return r.choice(SCHEDULES + SPIKES + SETTINGS)
        return self.mutated_text(old)

    def command_line(self):
        r = self.random
        words = self.base()
        for _ in range(r.choice([0, 1, 1, 1, 2, 3, 6])):
            change = r.randrange(8)
            i = r.randrange(len(words))
            if change <= 2 and i > 0:
                words[i] = self.value(words[i])
            elif change <= 4:
                name, takes_value = r.choice(self.flags.get(words[0]) or [('help', False)])
                given = [f'--{name}={self.value("1")}'] if r.random() < 0.2 else [f'--{name}', self.value('1')]
                words += given if takes_value else [f'--{name}']
            elif change == 5:
                del words[i]
            elif change == 6:
                words.insert(i, words[r.randrange(len(words))])
            elif i > 0 or r.random() < 0.1:
                words[i] = self.mutated_text(words[i])
            if not words:
                break
        return [self.safe(word.replace('\x00', '')) for word in words]

    @staticmethod
    def safe(word):
        """No path out of the folder, and no file that never ends; paths that are meant are left as they are."""
        if word in PATHS:
            return word
        return re.sub(r'^((--[a-z-]+=)?)(/|\.\./|~)+', r'\1', word)

    def files(self):
        """Names of files to change, and how."""
        if self.random.random() < 0.5:
            return []
        names = ['fit.json', 'manifest.toml', 'sweep.toml', 'race.toml', 'synthetic_cosine.csv', 'best.csv',
                 'one/results.json']
        return self.random.sample(names, self.random.choice([1, 1, 2]))


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def files_in(folder):
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob('*')}


def message_faults(stderr):
    try:
        text = stderr.decode()
    except UnicodeDecodeError:
        return ['a message is no UTF-8']
    faults = []
    if re.search('[\x00-\x09\x0b-\x1f\x7f-\x9f]', text):
        faults.append('a message has control characters')
    if any(not line.startswith('losscast: ') for line in text.splitlines()):
        faults.append('a message has several lines')
    return faults


def faults_of(outcome, before, after):
    """What is wrong with a run, as a list of phrases, and whether it only took too long."""
    code, stderr = outcome.returncode, outcome.stderr
    if -code in (24, 9):  # SIGXCPU, SIGKILL: the limit of processor time
        return [], True
    faults = message_faults(stderr)
    if code not in EXIT_CODES:
        return faults + [f'exit code {code}'], False
    errors = stderr.count(b'losscast: error: ')
    if (errors > 0) != (code not in (0, 4)) or errors > 1:
        faults.append(f'{errors} errors with exit code {code}')
    if code == 2 and (after != before or outcome.stdout):
        new = ' '.join(sorted(after.keys() - before.keys()))
        faults.append(f'something was written in spite of exit code 2: {new}')
    if code == 1:
        known = {os.strerror(number) for number in range(1, 134)} | {'there is not enough memory'}
        if not any(reason.encode() in stderr for reason in known):
            faults.append('exit code 1 without a reason of the system')
    return faults, False


def run_one(program, maker, inputs, folder):
    """Runs a command line in the folder; returns it, what came of it, what is wrong, and whether it took too long."""
    shutil.copytree(inputs, folder, copy_function=os.link)
    for name in maker.files():
        text = maker.mutated_text((folder / name).read_bytes().decode(errors='surrogateescape'))
        (folder / name).unlink()
        (folder / name).write_bytes(text.encode(errors='surrogateescape'))
    words = maker.command_line()
    before = files_in(folder)
    try:
        outcome = subprocess.run([program, *[word.encode(errors='surrogateescape') for word in words]], cwd=folder,
                                 stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return words, None, [f'it does nothing and does not end within {SECONDS} s'], False
    faults, is_slow = faults_of(outcome, before, files_in(folder))
    return words, outcome, faults, is_slow


def shown(words):
    return shlex.join(['losscast', *words]).encode(errors='backslashreplace').decode()


def keep(fault_folder, number, folder, words, faults, outcome):
    place = pathlib.Path(fault_folder) / str(number)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder, place)
    text = shown(words) + '\n' + '\n'.join(faults) + '\n'
    (place / 'COMMAND').write_text(text + (outcome.stderr.decode(errors='backslashreplace') if outcome else ''))
    print(f'run {number}: {"; ".join(faults)}: {shown(words)}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('example')
    parser.add_argument('--runs', type=int, default=10000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--seconds', type=float, default=float('inf'))
    parser.add_argument('--keep', default='command_line_faults')
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    maker, codes, slow, faulty, runs = Maker(options.seed, flags_of(program)), {}, [], 0, 0
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='losscast-lines-') as scratch:
        inputs, folder = pathlib.Path(scratch) / 'inputs', pathlib.Path(scratch) / 'run'
        inputs.mkdir()
        make_inputs(program, options.example, inputs)
        while runs < options.runs and time.monotonic() - start < options.seconds:
            words, outcome, faults, is_slow = run_one(program, maker, inputs, folder)
            code = 'slow' if is_slow else outcome.returncode if outcome else 'hangs'
            codes[code] = codes.get(code, 0) + 1
            if is_slow:
                slow.append(shown(words))
            if faults:
                faulty += 1
                keep(options.keep, runs, folder, words, faults, outcome)
            shutil.rmtree(folder)
            runs += 1
    for words in slow:
        print(f'more than {PROCESSOR_SECONDS} s of processor time: {words}')
    counts = ', '.join(f'{codes[code]} {code}' for code in sorted(codes, key=str))
    print(f'{runs} command lines in {time.monotonic() - start:.0f} s with seed {options.seed}: {faulty} with a fault; '
          f'exit codes: {counts}')
    return 1 if faulty else 0


if __name__ == '__main__':
    sys.exit(main())
