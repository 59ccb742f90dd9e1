#!/usr/bin/env python3
"""Opt-Laws beside the SDE: opt_laws.py LOSSCAST DATA [--model adamw] [--json].

Of the public 124M runs (docs/reproduce.md names the folder) each schedule family, and each horizon, is left out once and
forecast from the others: by `losscast features --fit`, which regresses final losses on features of the schedules, and
by `losscast validate`, which fits the SDE. Both are judged by the last logged loss: mean absolute error (MAE, 1e-3 nats,
mean over what is left out), both readings of a top-2 hit among 8 (counted over all sets of 8 recipes of one fold and one
length), and whether the family that is best at one length and peak LR is forecast as the best.
"""

import argparse
import json
import subprocess
import tempfile
from collections import defaultdict
from math import comb
from pathlib import Path

SIZE = 8  # of a choice


def manifest_of(data, folder):
    script = Path(__file__).resolve().parent / "lr_scheduling_manifest.sh"
    file = folder / "runs.toml"
    file.write_text(subprocess.run([script, data / "lr_scheduling"], check=True, capture_output=True, text=True).stdout)
    return file


def answer(program, *arguments):
    return json.loads(subprocess.run([program, *arguments, "--json"], check=True, capture_output=True, text=True).stdout)


def described(program, manifest):
    """Of each run its features, which repeats of a recipe share, its length and its peak LR."""
    schedules = answer(program, "features", manifest)["schedules"]
    return {one["name"]: (tuple(one["features"].values()), one["updates"], one["features"]["peak_lr"])
            for one in schedules}


def by_opt_laws(program, manifest, left_out):
    """(fold, forecast) of each run, and the measured losses of all."""
    runs = answer(program, "features", manifest, "--fit", "--leave-out", left_out)["runs"]
    return {run["name"]: (run["left_out"], run["forecast"]) for run in runs}, {r["name"]: r["measured"] for r in runs}


def by_sde(validation, left_out):
    grouping = next(one for one in validation["groupings"] if one["left_out"] == left_out)
    return {run["curve"]: (fold["group"], run["forecast"]) for fold in grouping["folds"] for run in fold["left_out"]}


def share_in_top(by, other, size):
    """Over all sets of so many: how often the first by `by` is among the first two by `other`."""
    places = range(len(by))
    hits = 0
    for i in places:
        behind = [j for j in places if (by[i], i) < (by[j], j)]
        before = sum((other[j], j) < (other[i], i) for j in behind)
        hits += comb(len(behind) - before, size - 1) + before * comb(len(behind) - before, size - 2)
    return hits / comb(len(by), size)


def recipes(names, runs, forecasts, measured):
    """Measured and forecast losses of the recipes among these runs, repeats as their means, and their names."""
    groups = defaultdict(list)
    for name in names:
        groups[runs[name][0]].append(name)
    mean = lambda values: sum(values) / len(values)
    return [(mean([measured[n] for n in one]), mean([forecasts[n][1] for n in one]), one[0]) for one in groups.values()]


def grouped(names, key):
    groups = defaultdict(list)
    for name in names:
        groups[key(name)].append(name)
    return groups.values()


def top_two(names, runs, forecasts, measured):
    hits = []
    for one in grouped(names, lambda name: (forecasts[name][0], runs[name][1])):
        choice = recipes(one, runs, forecasts, measured)
        if len(choice) >= 3:
            truth, forecast = [c[0] for c in choice], [c[1] for c in choice]
            size = min(SIZE, len(choice))
            hits.append((share_in_top(truth, forecast, size), share_in_top(forecast, truth, size)))
    return [sum(column) / len(hits) for column in zip(*hits)]


def right_families(names, runs, forecasts, measured, families):
    right = cells = 0
    for one in grouped(names, lambda name: (runs[name][1], f"{runs[name][2]:.4g}")):
        if len({families[name] for name in one}) < 2:
            continue
        choice = recipes(one, runs, forecasts, measured)
        cells += 1
        right += families[min(choice)[2]] == families[min(choice, key=lambda c: c[1])[2]]
    return right, cells


def row(law, left_out, runs, forecasts, measured, families):
    names = [name for name in measured if not (left_out == "horizon" and name.endswith("_cut"))]
    folds = grouped(names, lambda name: forecasts[name][0])
    errors = [[abs(forecasts[n][1] - measured[n]) for n in fold] for fold in folds]
    best, pick = top_two(names, runs, forecasts, measured)
    right, cells = right_families(names, runs, forecasts, measured, families)
    return {"law": law, "left_out": left_out, "runs": len(names), "folds": len(errors),
            "mae": 1e3 * sum(sum(e) / len(e) for e in errors) / len(errors), "best_in_forecast_top": best,
            "pick_in_measured_top": pick, "right_families": right, "cells": cells,
            "fold_mae": {forecasts[fold[0]][0]: 1e3 * sum(e) / len(e) for fold, e in zip(folds, errors)}}


def rows_of(program, data, model):
    with tempfile.TemporaryDirectory(prefix="opt_laws_") as folder:
        manifest = manifest_of(data, Path(folder))
        runs = described(program, manifest)
        laws = {left_out: by_opt_laws(program, manifest, left_out) for left_out in ("family", "horizon")}
        families = {name: fold for name, (fold, _) in laws["family"][0].items()}
        for left_out, (forecasts, measured) in laws.items():
            yield row("Opt-Laws", left_out, runs, forecasts, measured, families)
        validation = answer(program, "validate", manifest, "--model", model, "--by", "family,horizon")
        for left_out, (_, measured) in laws.items():
            yield row(f"SDE {model}", left_out, runs, by_sde(validation, left_out), measured, families)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("data", type=lambda path: Path(path).resolve())
    parser.add_argument("--model", default="adamw")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = []
    for one in rows_of(given.program, given.data, given.model):
        rows.append(one)
        if not given.json:
            of_folds = ", ".join(f"{fold} {mae:.1f}" for fold, mae in one["fold_mae"].items())
            print(f"{one['law']:10} {one['left_out']:8} {one['runs']} runs  MAE {one['mae']:6.2f} ({of_folds})  best in "
                  f"forecast's two {one['best_in_forecast_top']:.2f}, pick in true two {one['pick_in_measured_top']:.2f}, "
                  f"right family {one['right_families']} of {one['cells']}", flush=True)
    if given.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
