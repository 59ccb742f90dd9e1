"""Whether the probabilities of a ranking are right: choices_calibration.py LOSSCAST DATA [--sets 40] [--seed 1].

DATA is a folder of public curves (docs/reproduce.md names it). A fold fits some of the runs of a source. Of the others
with equal numbers of steps, sets of eight are drawn; `losscast sweep` ranks each set and says for each run the
probability `p_within` that it ends within delta of the best of the set. The table compares these with how often it was
so, by the runs' last logged losses, in bins of the probability.
"""

import argparse
import csv
import json
import random
import re
import subprocess
import tempfile
from pathlib import Path

from forecast_folds import FIVE, FIVE_SHORT, FOUR, small_runs, sweep_of_schedules

DECAYS = ["const_p4e-3_wd0.02_T4000", "const_p4e-3_wd1_T4000"]  # with FOUR, the training runs of the small transformer
DELTAS = (1e-3, 2e-3, 5e-3)
BINS = 5
CANDIDATES = 8


def arguments(run):
    """The schedule of a run as a dictionary of TOML values."""
    table = re.search(r"schedule = \{(.*)\}", run.entry)[1]
    values = dict(part.strip().split(" = ", 1) for part in re.split(r",(?![^\[]*\])", table))
    decay = re.search(r"^weight_decay = (.*)$", run.entry, re.MULTILINE)
    return values | ({"weight_decay": decay[1]} if decay else {})


def measured(run):
    """The run's last logged loss."""
    with open(re.search(r'file = "([^"]+)"', run.entry)[1], encoding="utf-8") as file:
        return float(list(csv.DictReader(file))[-1]["loss"])


def recipe(run):
    return re.sub(r"_s\d+$", "", run.name)


def folds(data):
    """(source, defaults, training runs, runs to choose among), one run of each recipe."""
    defaults, runs = sweep_of_schedules(data)
    runs = [run for run in runs if not re.search(r"_\d$", run.name)]
    for train in (FIVE, FIVE_SHORT):
        yield "lr_scheduling", defaults, [r for r in runs if r.name in train], [r for r in runs if r.name not in train]
    for family in ("cosine", "wsd"):
        yield ("lr_scheduling", defaults, [r for r in runs if r.family != family],
               [r for r in runs if r.family == family])
    defaults, runs = small_runs(data / "small_transformer")
    grid = small_runs(data / "small_transformer" / "grid")[1]
    plain = [r for r in runs + grid
             if r.family != "phases" and not re.search(r"_(b|W)[\d.]+_", r.name) and r.peak < 0.021]
    train = [r for r in plain if r.name in FOUR + DECAYS]
    seen, others = {recipe(r) for r in train}, []
    for run in plain:
        if recipe(run) not in seen:
            seen.add(recipe(run))
            others.append(run)
    yield "small_transformer", defaults, train, others


def family_table(run):
    named = {("name" if key == "family" else key): value for key, value in arguments(run).items()}
    return "[[family]]\n" + "".join(f"{key} = {value}\n" for key, value in named.items())


def is_row_of(row, run):
    given = arguments(run)
    if row.get("weight_decay", "") and "weight_decay" not in given:
        return False
    for key, value in given.items():
        try:
            if abs(float(row[key]) - float(value)) > 1e-9 * abs(float(value)):
                return False
        except ValueError:
            if row[key] != value.strip('"'):
                return False
    return True


class Program:
    def __init__(self, path):
        self.path, self.folder = path, Path(tempfile.mkdtemp(prefix="choices_calibration_"))

    def call(self, *arguments):
        subprocess.run([self.path, *arguments], cwd=self.folder, check=True, capture_output=True, text=True)

    def fit(self, defaults, train):
        entries = [line for run in train for line in [run.entry, *run.keys]]
        (self.folder / "train.toml").write_text("\n".join(["format = 1", "[defaults]", defaults, *entries]))
        self.call("fit", "train.toml", "--out", "fit.json")

    def probabilities(self, chosen, delta):
        head = f'format = 1\nfit = "fit.json"\npaths = 16\n[search]\nmethod = "grid"\ndelta = {delta}\n'
        text = head + '[bands]\ncandidates = "none"\n' + "".join(family_table(run) for run in chosen)
        (self.folder / "sweep.toml").write_text(text)
        self.call("sweep", "sweep.toml", "--out", "results")
        with (self.folder / "results" / "results.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return [float(next(row["p_within"] for row in rows if is_row_of(row, run))) for run in chosen]


def pairs_of(program, runs, sets, generator):
    """{delta: [(stated probability, whether it was so)]} over sets of runs of equal length."""
    by_steps = {}
    for run in runs:
        by_steps.setdefault(run.steps, []).append(run)
    groups = [group for group in by_steps.values() if len(group) >= CANDIDATES]
    pairs = {delta: [] for delta in DELTAS}
    for number in range(sets if groups else 0):
        chosen = generator.sample(groups[number % len(groups)], CANDIDATES)
        losses = [measured(run) for run in chosen]
        for delta in DELTAS:
            for stated, loss in zip(program.probabilities(chosen, delta), losses):
                pairs[delta].append((stated, loss <= min(losses) + delta))
    return pairs


def bins_of(pairs):
    """[(runs, mean stated probability, share of truth)] in equal bins."""
    table = []
    for b in range(BINS):
        inside = [(p, t) for p, t in pairs if min(int(p * BINS), BINS - 1) == b]
        count = len(inside)
        table.append((count, sum(p for p, _ in inside) / count if count else None,
                      sum(t for _, t in inside) / count if count else None))
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("data", type=lambda path: Path(path).resolve())
    parser.add_argument("--sets", type=int, default=40, help="of eight runs, a fold")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    program, generator, found = Program(given.program), random.Random(given.seed), {}
    for source, defaults, train, others in folds(given.data):
        program.fit(defaults, train)
        for delta, pairs in pairs_of(program, others, given.sets, generator).items():
            found.setdefault((source, delta), []).extend(pairs)
    rows = [{"source": source, "delta": delta, "bins": bins_of(pairs)} for (source, delta), pairs in found.items()]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        cells = ["         -          " if not count else f"{count:4} {stated:.2f} -> {true:.2f}  "
                 for count, stated, true in row["bins"]]
        print(f"{row['source']:18} {row['delta']:.0e} | " + "| ".join(cells))


if __name__ == "__main__":
    main()
