"""How well fits forecast real runs that they have not seen: forecast_folds.py LOSSCAST DATA [--model adamw]
[--source NAME] [--json | --limit].

DATA is a folder of public curves (docs/reproduce.md names it). A fold fits some of the runs of a source and scores the
others by their last logged losses: mean absolute error (MAE), bias, rank correlation (Spearman), regret (how much worse
the run that was forecast best ended than the best one), coverage and mean full width of the 90% band. Errors in 1e-3
nats.
"""

import argparse
import csv
import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

PEAK_FOLDS = (1e-4, 5e-4, 1e-3, 2e-3)
FIVE = ["123M_constant_lr0.0005_T25000", "123M_constant_lr0.001_T25000", "123M_constant_lr0.002_T25000",
        "123M_cosine_lr0.001_T25000", "123M_wsd_lr0.001_f0.2_linear_T25000"]
FIVE_SHORT = FIVE[:3] + ["123M_cosine_lr0.001_to10pct_T15000", "123M_wsd_lr0.001_f0.2_linear_T15000"]
FOUR = ["constant", "two_stage", "cosine", "cosine_high"]
PUBLISHED = ["constant_24000", "cosine_24000", "wsdcon_9"]
CUT = 15000
EXTRA = ("scale", "best_in_top", "pick_in_top", "pred_e", "worst_e", "worst_curve")  # printed where a row has them


@dataclass
class Run:
    """A run of a source: its entry in a manifest, and what folds choose by."""

    name: str
    entry: str
    family: str = ""
    peak: float = 0.0
    steps: int = 0
    short_cooldown: bool = False
    keys: list = field(default_factory=list)  # further lines of the entry


def entry(name, file, schedule):
    arguments = ", ".join(f"{key} = {value}" for key, value in schedule.items() if value != "")
    return f'[[curve]]\nname = "{name}"\nfile = "{file}"\nschedule = {{ {arguments} }}\n'


def sweep_of_schedules(data):
    """The 70 runs of one 124M model."""
    folder, runs = data / "lr_scheduling", []
    for row in csv.DictReader((folder / "runs.csv").open()):
        family = row["family"]
        schedule = {"family": f'"{family}"', **{key: row[key] for key in ("peak_lr", "warmup_steps", "total_steps",
                                                                       "warmup_start_lr")}}
        schedule["warmup_shape"] = f'"{row["warmup_shape"]}"'
        if family == "wsd":
            schedule |= {"shape": f'"{row["decay_shape"]}"', "decay_start": row["decay_start"]}
        if family != "constant":
            schedule["final_lr"] = row["final_lr"]
        steps = int(row["total_steps"])
        cooldown = (steps - float(row["decay_start"])) / steps if family == "wsd" else 1
        runs.append(Run(row["run"], entry(row["run"], folder / "curves" / (row["run"] + ".val.csv"), schedule), family,
                        float(row["peak_lr"]), steps, cooldown < 0.25))
    return 'optimizer = "adamw"\nweight_decay = 0.1\ninitial_rms = 0.02\n', runs


def published_runs(data, size):
    """The nine runs of one size; of those of 24,000 steps the published points."""
    folder, runs = data / "multipowerlaw" / size, []
    for row in csv.DictReader((folder / "runs.csv").open()):
        family, _, shape = row["family"].partition("-")
        if family == "two":
            family, shape = "two-stage", ""
        schedule = {"family": f'"{family}"', **{key: row[key] for key in ("peak_lr", "warmup_steps", "total_steps")}}
        if family != "constant":
            schedule["final_lr"] = row["final_lr"]
        if family in ("wsd", "two-stage"):
            schedule["decay_start"] = row["decay_start"]
        if shape:
            schedule["shape"] = f'"{shape}"'
        run = Run(row["run"], entry(row["run"], folder / (row["run"] + ".csv"), schedule))
        if row["total_steps"] == "24000":
            run.keys.append("steps_below = 24000")
        runs.append(run)
    return 'optimizer = "adamw"\nweight_decay = 0.1\ninitial_rms = 0.02\n', runs


def small_runs(folder):
    """The runs of a manifest, with files by their full path."""
    head, *entries = (folder / "manifest.toml").read_text().split("[[curve]]")
    runs = []
    for text in entries:
        text = "[[curve]]" + re.sub(r'file = "', f'file = "{folder}/', text)
        number = lambda key: float(re.search(key + r" = ([\d.e-]+)", text)[1])
        runs.append(Run(re.search(r'name = "([^"]+)"', text)[1], text, re.search(r'family = "([^"]+)"', text)[1],
                        number("peak_lr"), int(number("total_steps"))))
    defaults = head.partition("[defaults]")[2] + "initial_rms = 0.14434\n"
    return defaults, runs


class Folds:
    """Fits and scores by the program."""

    def __init__(self, program, model):
        self.program, self.model = program, model
        self.folder = Path(tempfile.mkdtemp(prefix="forecast_folds_"))

    def scores(self, defaults, train, test, cut=()):
        """What `losscast score --json` says of the test runs, fitted on the others, some of them cut."""
        lines = ["format = 1", "[defaults]", defaults]
        for run in train:
            lines += [run.entry, *run.keys] + ([f"steps_below = {CUT + 1}"] if run.name in cut else [])
        (self.folder / "train.toml").write_text("\n".join(lines))
        (self.folder / "test.toml").write_text(
            "\n".join(["format = 1", "[defaults]", defaults] + [line for run in test for line in [run.entry, *run.keys]]))
        call = lambda *arguments: subprocess.run([self.program, *arguments], cwd=self.folder, check=True,
                                                 capture_output=True, text=True).stdout
        call("fit", "train.toml", "--model", self.model, "--out", "fit.json")
        return json.loads(call("score", "fit.json", "test.toml", "--json"))["curves"]

    def row(self, name, defaults, train, test, cut=()):
        return summary(name, self.scores(defaults, train, test, cut))


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0] * len(values)
    for rank, i in enumerate(order):
        out[i] = rank
    return out


def spearman(a, b):
    middle = (len(a) - 1) / 2
    pairs = list(zip(ranks(a), ranks(b)))
    spread = sum((x - middle) ** 2 for x, _ in pairs)
    return sum((x - middle) * (y - middle) for x, y in pairs) / spread if spread else float("nan")


def top_two(measured, forecast, sets=2000, size=8):
    """Over random sets of so many runs: how often the truly best is among the two forecast as best, and how often the one
    forecast as best is among the two truly best."""
    random, of_forecast, of_truth = Random(1), 0, 0
    for _ in range(sets):
        chosen = random.sample(range(len(measured)), size)
        by_truth, by_forecast = (sorted(chosen, key=values.__getitem__) for values in (measured, forecast))
        of_forecast += by_truth[0] in by_forecast[:2]
        of_truth += by_forecast[0] in by_truth[:2]
    return of_forecast / sets, of_truth / sets


def band_scale(final):
    """By what a band would have to be multiplied to hold just the measured loss."""
    error, side = final["measured"] - final["predicted"], "q95" if final["measured"] > final["predicted"] else "q05"
    return error / (final[side] - final["predicted"])


def upper_tenth(values):
    values, place = sorted(values), 0.9 * (len(values) - 1)
    low = values[int(place)]
    return low + (values[min(int(place) + 1, len(values) - 1)] - low) * (place - int(place))


def summary(name, curves):
    """One row: of the last points of the runs scored."""
    finals = [curve["final"] for curve in curves.values()]
    measured, forecast = [f["measured"] for f in finals], [f["predicted"] for f in finals]
    errors = [f - m for f, m in zip(forecast, measured)]
    count = len(finals)
    sets = dict(zip(("best_in_top", "pick_in_top"), top_two(measured, forecast))) if count > 16 else {}
    return sets | {"scale": upper_tenth([band_scale(f) for f in finals]), "fold": name, "runs": count, "mae": 1e3 * sum(map(abs, errors)) / count, "bias": 1e3 * sum(errors) / count,
            "spearman": spearman(forecast, measured),
            "regret": 1e3 * (measured[forecast.index(min(forecast))] - min(measured)),
            "coverage": sum(f["q05"] <= f["measured"] <= f["q95"] for f in finals) / count,
            "width": 1e3 * sum(f["q95"] - f["q05"] for f in finals) / count}


def schedule_folds(folds, data):
    defaults, runs = sweep_of_schedules(data)
    by_name = {run.name: run for run in runs}
    without = lambda train: [run for run in runs if run.name not in train]
    chosen = lambda names: [by_name[name] for name in names]
    out = lambda name, held: folds.row(name, defaults, [r for r in runs if not held(r)], [r for r in runs if held(r)])
    high = "123M_constant_lr0.003_T25000"
    constant = [r for r in runs if r.family == "constant" and not re.search(r"_\d$", r.name)]
    yield folds.row("five runs -> other 65", defaults, chosen(FIVE), without(FIVE))
    yield folds.row("five + constant 3e-3 -> other 64", defaults, chosen(FIVE + [high]), without(FIVE + [high]))
    yield folds.row("five of 15k -> 25k, peaks 5e-4..2e-3", defaults, chosen(FIVE_SHORT),
                    [r for r in without(FIVE_SHORT) if r.steps == 25000 and 4e-4 < r.peak < 2.5e-3], FIVE_SHORT[:3])
    yield folds.row("all of 15k -> 25k", defaults, [r for r in runs if r.steps == CUT] + constant,
                    [r for r in runs if r.steps == 25000], [r.name for r in constant])
    for peak in PEAK_FOLDS:
        yield out(f"peak {peak:g} out", lambda r: abs(r.peak / peak - 1) < 0.01)
    yield out("peaks 2e-3 and 3e-3 out", lambda r: r.peak > 1.5e-3)
    yield out("cosine out", lambda r: r.family == "cosine")
    yield out("WSD out", lambda r: r.family == "wsd")
    yield out("short WSD out", lambda r: r.family == "wsd" and r.short_cooldown)


def published_folds(folds, data):
    """PredE in 1e-4, WorstE in 1e-3, means over the runs scored; five splits of each size."""
    fourth = ["wsdcon_9", "wsdcon_18", "wsdcon_3", "wsd_20000_24000", "wsdld_20000_24000"]
    for size in ("25M", "100M"):
        defaults, runs = published_runs(data, size)
        for last in fourth:
            train = PUBLISHED[:2] + [last]
            curves = folds.scores(defaults, [r for r in runs if r.name in train], [r for r in runs if r.name not in train])
            mean = lambda metric: sum(curve[metric] for curve in curves.values()) / len(curves)
            row = summary(f"{size}, constant, cosine and {last} of 24k", curves)
            yield row | {"pred_e": 1e4 * mean("pred_e"), "worst_e": 1e3 * mean("worst_e"),
                         "worst_curve": 1e3 * max(curve["worst_e"] for curve in curves.values())}


def small_folds(folds, data):
    defaults, runs = small_runs(data / "small_transformer")
    train = [r for r in runs if r.name in FOUR]
    yield folds.row("small: four of 4k -> other 14", defaults, train, [r for r in runs if r not in train])
    held_out, recipe = {}, lambda run: re.sub(r"_s\d+$", "", run.name)
    for one in sorted({recipe(run) for run in runs}):
        held_out |= folds.scores(defaults, [r for r in runs if recipe(r) != one], [r for r in runs if recipe(r) == one])
    yield summary("small: each recipe out", held_out)


def grid_folds(folds, data):
    """Weight decays and batches of the small transformer, each value out, at peaks up to 1e-2 and without rewarming."""
    defaults, runs = small_runs(data / "small_transformer")
    _, grid = small_runs(data / "small_transformer" / "grid")
    runs += [r for r in grid if r.peak < 0.011 and r.family != "phases" and r.name != "cos10_p1e-2_wd1_T4000"]
    value = lambda run, kind: (re.search(rf"_{kind}([\d.]+)_", run.name) or [None, None])[1]
    for kind, usual in (("wd", "0.1"), ("b", "8")):
        other = "b" if kind == "wd" else "wd"
        for held in sorted({value(r, kind) for r in runs} - {None} | {usual}, key=float):
            is_held = lambda r: value(r, kind) == held if held != usual else value(r, kind) is value(r, other) is None
            yield folds.row(f"grid: {'weight decay' if kind == 'wd' else 'batch'} {held} out", defaults,
                            [r for r in runs if not is_held(r)], [r for r in runs if is_held(r)])


def limit_of_stability(folds, data):
    """What fits say of the grid's constant runs at high peaks, without and with one of them among the training runs."""
    defaults, runs = small_runs(data / "small_transformer")
    _, grid = small_runs(data / "small_transformer" / "grid")
    train, high = [r for r in runs if r.name in FOUR], [r for r in grid if re.fullmatch(r"const_p0\.\d+_T4000", r.name)]
    for more in ([], ["const_p0.04_T4000"]):
        curves = folds.scores(defaults, train + [r for r in high if r.name in more], high)
        fit = json.loads((folds.folder / "fit.json").read_text())
        limit = next(p for p in fit["parameters"] if p["name"] == "limit")
        print(f"four of 4k{' and ' + more[0] if more else ''}: limit {limit['value'] * fit['ref_lr']:.3g}")
        for run in high:
            final = curves[run.name]["final"]
            print(f"  {run.name:20} measured {final['measured']:.3f}, forecast {final['predicted']:.3f}, 90% from "
                  f"{final['q05']:.3f} to {final['q95']:.3f}")


SOURCES = {"124M": schedule_folds, "multipowerlaw": published_folds, "small": small_folds, "grid": grid_folds}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("data", type=lambda path: Path(path).resolve())
    parser.add_argument("--model", default="adamw")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--source", choices=SOURCES, help="the folds of one source of curves, instead of all")
    parser.add_argument("--limit", action="store_true", help="the limit of stability, instead of all folds")
    given = parser.parse_args()
    folds, rows = Folds(given.program, given.model), []
    if given.limit:
        limit_of_stability(folds, given.data)
        return
    for source in [given.source] if given.source else SOURCES:
        for row in SOURCES[source](folds, given.data):
            rows.append(row)
            if not given.json:
                extra = "".join(f" {key} {row[key]:.2f}" for key in EXTRA if key in row)
                print(f"{row['fold']:40} {row['runs']:3} MAE {row['mae']:5.2f} bias {row['bias']:6.2f} Spearman "
                      f"{row['spearman']:.3f} regret {row['regret']:5.2f} coverage {row['coverage']:.2f} width "
                      f"{row['width']:5.1f}{extra}", flush=True)
    if given.json:
        print(json.dumps(rows, indent=2))
    elif given.source in (None, "124M"):
        twelve = [row["mae"] for row in rows[:12]]
        print(f"mean MAE of the first 12: {sum(twelve) / 12:.2f}")


if __name__ == "__main__":
    main()
