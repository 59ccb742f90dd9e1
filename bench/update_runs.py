"""What `losscast update` makes of real runs under way: update_runs.py LOSSCAST DATA [--seed N] [--divergences N].

DATA is a folder of public curves (docs/reproduce.md names it). Each fold fits some runs of a source and follows the
others, which it has not seen, as if they were under way: the final loss by the fit alone and given the first 30% and
60% of the steps, the alarms of the whole runs, and of the same runs with a divergence put in. Errors in 1e-3 nats. The
thresholds of the alarm were chosen on the first fold, the others are reports.

A divergence begins at a random step of a random run, after 10% and before 90% of it: the loss grows by 0.1 to 1 nats
in 1000 steps until the end (half of them), or jumps by 0.05 to 0.5 nats and stays there. Both sizes are log-uniform.
"""

import argparse
import csv
import json
import math
import random
import re
import subprocess
import tempfile
from pathlib import Path

from forecast_folds import FIVE, FOUR, PUBLISHED, published_runs, small_runs, sweep_of_schedules

SHARES = (0.3, 0.6)
PROMPT = 500  # steps, within which a divergence is to be found


class Fold:
    """A fit to some runs, and the others."""

    def __init__(self, program, name, defaults, train, test):
        self.program, self.name = program, name
        self.folder = Path(tempfile.mkdtemp(prefix="update_runs_"))
        lines = ["format = 1", "[defaults]", defaults] + [line for run in train for line in [run.entry, *run.keys]]
        (self.folder / "train.toml").write_text("\n".join(lines))
        subprocess.run([program, "fit", "train.toml", "--out", "fit.json"], cwd=self.folder, check=True,
                       capture_output=True)
        self.runs = [Logged(run) for run in test]
        self.peaks = min(map(peak_of, train)), max(map(peak_of, train))

    def groups(self):
        """The runs at peaks between those of the fit, and the others."""
        is_inside = lambda run: self.peaks[0] * 0.999 < run.peak < self.peaks[1] * 1.001
        groups = {which: [run for run in self.runs if is_inside(run) == (which == "inside")]
                  for which in ("inside", "outside")}
        return [(which, runs) for which, runs in groups.items() if runs]

    def update(self, run, points, times=2):
        """The answer, with the rows of its bands; nothing if no point lies after the warm-up yet."""
        file = self.folder / "run.csv"
        file.write_text("step,loss\n" + "".join(f"{step},{loss!r}\n" for step, loss in points))
        call = [self.program, "update", "fit.json", "--run", str(file), "--schedule", run.schedule, "--times",
                str(times), "--out", "bands.csv", "--json"]
        done = subprocess.run(call, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            return None
        bands = [{key: float(row[key]) for key in ("step", "mean", "q05", "q95")}
                 for row in csv.DictReader((self.folder / "bands.csv").open())]
        return json.loads(done.stdout) | {"bands": bands}


class Logged:
    """A run that was made: its schedule and its log, with the past of a branch in front."""

    def __init__(self, run):
        self.name, self.peak = run.name, peak_of(run)
        self.schedule = re.search(r"schedule = (.*)", run.entry)[1]
        file = Path(re.search(r'file = "([^"]+)"', run.entry)[1])
        self.total = int(re.search(r"total_steps = (\d+)", run.entry)[1])
        self.points = read_points(file)
        for key in run.keys:
            if key.startswith("steps_below"):
                self.points = [point for point in self.points if point[0] < int(key.split("=")[1])]
        trunk = file.with_name(f"123M_constant_lr{run.peak:g}_T25000.val.csv")
        if self.points[0][0] > 0.05 * self.total and trunk.exists():
            self.points = [point for point in read_points(trunk) if point[0] < self.points[0][0]] + self.points

    def until(self, share):
        return [point for point in self.points if point[0] <= share * self.total]


def peak_of(run):
    return float(re.search(r"peak_lr = ([\d.e-]+)", run.entry)[1])


def read_points(file):
    return [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(file.open())]


def band_at(answer, step):
    """Of the rest, between the steps that were asked for."""
    low, high = next(pair for pair in zip(answer["bands"], answer["bands"][1:]) if pair[1]["step"] >= step)
    weight = (step - low["step"]) / (high["step"] - low["step"])
    return {key: low[key] + weight * (high[key] - low[key]) for key in low}


def forecasts(fold, runs, which):
    """Of the last logged losses, without and with the parts of the runs."""
    found = {share: [] for share in SHARES}
    for run in runs:
        last, measured = run.points[-1]
        for share in SHARES:
            part = run.until(share)
            answer = fold.update(run, part, times=60) if len(part) >= 5 else None
            if answer:
                after = band_at(answer, last)
                shift = answer["final"]["mean"] - after["mean"]  # from the last logged step to the end of the run
                before = {key: answer["final_by_fit"][key] - shift for key in ("mean", "q05", "q95")}
                found[share].append((measured, before, after))
    for share, rows in found.items():
        if rows:
            before, after = summary([(m, b) for m, b, _ in rows]), summary([(m, a) for m, _, a in rows])
            print(f"{fold.name:24} {which} {share:.0%} of {len(rows):2} runs: MAE {before[0]:.2f} -> {after[0]:.2f}, "
                  f"width {before[1]:.1f} -> {after[1]:.1f} ({after[1] / before[1]:.2f}), coverage {before[2]:.2f} -> "
                  f"{after[2]:.2f}", flush=True)


def summary(rows):
    count = len(rows)
    return (1e3 * sum(abs(m - f["mean"]) for m, f in rows) / count,
            1e3 * sum(f["q95"] - f["q05"] for _, f in rows) / count,
            sum(f["q05"] <= m <= f["q95"] for m, f in rows) / count)


def false_alarms(fold):
    """Of whole runs. What raised them, and which innovations come how often."""
    raised, largest, over = [], [], []
    for run in fold.runs:
        answer = fold.update(run, run.points)
        for key, list_of in (("z", largest), ("over_forecast", over)):
            scores = [window[key] for window in answer["windows"]]
            list_of.append(max(min(a, b) for a, b in zip(scores, scores[1:])))
        if answer["alarm"]["raised"]:
            raised.append((run.name, answer["alarm"]["step"], answer["alarm"]["reason"]))
    print(f"{fold.name:24} alarms in {len(raised)} of {len(fold.runs)} whole runs {raised}; largest two in a row: "
          f"above what was expected {max(largest):.1f}, above the forecast {max(over):.1f}", flush=True)


def with_divergence(run, rng):
    """Points, where the divergence begins, and its kind."""
    begin = rng.uniform(0.1, 0.9) * run.total
    grows = rng.random() < 0.5
    size = 10 ** rng.uniform(-1, 0) / 1000 if grows else 0.5 * 10 ** rng.uniform(-1, 0)
    rise = lambda step: 0 if step < begin else size * (step - begin) if grows else size
    return [(step, loss + rise(step)) for step, loss in run.points], begin, "growth" if grows else "jump"


def divergences(fold, count, rng):
    found, delays, early = {"growth": [0, 0], "jump": [0, 0]}, [], 0
    while sum(total for _, total in found.values()) < count:
        run = rng.choice(fold.runs)
        points, begin, kind = with_divergence(run, rng)
        if points[-1][0] < begin + PROMPT or points[0][0] > begin:
            continue
        alarm = fold.update(run, points)["alarm"]
        delay = alarm["step"] - begin if alarm["raised"] else math.inf
        early += delay < 0
        delays.append(delay)
        found[kind][0] += 0 <= delay <= PROMPT
        found[kind][1] += 1
    delays.sort()
    within = sum(hits for hits, _ in found.values())
    print(f"{fold.name:24} alarms within {PROMPT} steps of {within} of {count} divergences ({within / count:.1%}; "
          + ", ".join(f"{kind} {hits} of {total}" for kind, (hits, total) in found.items())
          + f"), {early} too early, delay median {delays[count // 2]:.0f}, 95% {delays[int(0.95 * count)]:.0f} steps",
          flush=True)


def high_peaks(fold, data):
    """Runs of the same small model at peaks that make it unstable."""
    _, grid = small_runs(data / "small_transformer" / "grid")
    for run in grid:
        if run.peak >= 0.02 - 1e-9:
            logged = Logged(run)
            answer = fold.update(logged, logged.points)
            print(f"{fold.name:24} {run.name}: {answer['alarm']['reason']} at step {answer['alarm']['step']}, last loss "
                  f"{logged.points[-1][1]:.3f}, forecast {answer['final_by_fit']['mean']:.3f}", flush=True)


def folds(program, data, only):
    for fold in all_folds(data):
        if only in fold[0]:
            yield Fold(program, *fold)


def all_folds(data):
    """The name of each, the defaults of its manifest, and the runs to fit and to follow."""
    defaults, runs = sweep_of_schedules(data)
    yield "124M, five -> others", defaults, *parted(runs, lambda run: run.name in FIVE)
    few = [run for run in runs if run.family in ("constant", "cosine") and not re.search(r"_[23]$", run.name)]
    for peak in (1e-3, 2e-3):
        is_held = lambda run: abs(run.peak / peak - 1) < 0.01
        yield f"124M, peak {peak:g} out", defaults, parted(few, is_held)[1], parted(runs, is_held)[0]
    for size in ("25M", "100M"):
        defaults, runs = published_runs(data, size)
        yield f"{size}, three -> others", defaults, *parted(runs, lambda run: run.name in PUBLISHED)
    defaults, runs = small_runs(data / "small_transformer")
    yield "small, four -> others", defaults, *parted(runs, lambda run: run.name in FOUR)


def parted(runs, is_one):
    """Those that are, and the others."""
    return [run for run in runs if is_one(run)], [run for run in runs if not is_one(run)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("data", type=lambda path: Path(path).resolve())
    parser.add_argument("--only", default="", help="folds with this in their name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--divergences", type=int, default=40, help="in each fold")
    given = parser.parse_args()
    for fold in folds(given.program, given.data, given.only):
        for which, runs in fold.groups():
            forecasts(fold, runs, which)
        false_alarms(fold)
        divergences(fold, given.divergences, random.Random(given.seed))
        if fold.name.startswith("small"):
            high_peaks(fold, given.data)


if __name__ == "__main__":
    main()
