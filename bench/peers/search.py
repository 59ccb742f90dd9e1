"""Searches spaces of schedules with losscast's race and with Optuna, in equal wall time, and prints a table: search.sh.

The regret of an answer is its exact mean, over all draws and in many blocks, minus the lowest that is known of its
space: that of all answers, improved by small random changes.
"""

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import search_optuna
from elementary import fail
from search_objective import Objective
from search_spaces import SPACES, FamilySpace, Point, Range, Space, Value, schedule_text, sweep_text

DRAWS = 4096
BLOCKS, FINE_BLOCKS = 16, 128  # of a segment: while searching as the race takes them, and for the regret
SHARE = 0.85  # of the time that a race is planned to take: machines vary
CALIBRATION = (10_000, 60_000)  # candidates
POLISHING_BATCHES, POLISHING_BATCH = 40, 32


@dataclass
class Answer:
    space: str
    method: str
    seed: int
    schedule: str
    seconds: float
    candidates: int
    engine_share: float = math.nan
    certified: bool = False
    regret: float = math.nan


RACE_ANSWERS = ("race", "polished")


def race(options: argparse.Namespace, name: str, candidates: int, seed: int) -> list[Answer]:
    """The whole program, its start and the simulation of its finalists included: its winner, and that polished."""
    with tempfile.TemporaryDirectory() as folder:
        sweep = Path(folder, "sweep.toml")
        sweep.write_text(sweep_text(SPACES[name], str(options.fit.resolve()), candidates, options.delta, seed))
        command = [str(options.programs / "losscast"), "sweep", str(sweep), "--json", f"--out={folder}/out"]
        if options.threads:
            command.append(f"--threads={options.threads}")
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds = time.perf_counter() - start
    if done.returncode != 0:
        fail(f"{' '.join(command)} failed: {done.stderr}")
    certificate = json.loads(done.stdout)["certificate"]
    polished = certificate["polished"]
    schedules = (certificate["winner"], polished["schedule"] if polished else certificate["winner"])
    return [
        Answer(name, method, seed, schedule, seconds, certificate["candidates"], 1.0, certificate["certified"])
        for method, schedule in zip(RACE_ANSWERS, schedules)
    ]


def candidates_for(options: argparse.Namespace, name: str) -> int:
    """As many as a race has time for, from two short ones."""
    few, more = (race(options, name, count, 1)[0].seconds for count in CALIBRATION)
    rate = max(1e-5, (more - few) / (CALIBRATION[1] - CALIBRATION[0]))
    return max(CALIBRATION[0], int((SHARE * options.seconds - few) / rate) + CALIBRATION[0])


def race_in_time(options: argparse.Namespace, name: str, candidates: int, seed: int) -> list[Answer]:
    """Once more with fewer candidates if it took too long, on a machine that has other things to do."""
    answers = race(options, name, candidates, seed)
    while answers[0].seconds > options.seconds:
        candidates = int(SHARE * candidates * options.seconds / answers[0].seconds)
        answers = race(options, name, candidates, seed)
    return answers


def moved(value: Value, axis: Any, scale: float, dice: random.Random) -> Value:
    if not isinstance(axis, Range):
        return dice.choice(axis) if dice.random() < 0.1 else value
    if dice.random() < 0.3:
        return value
    low, high, now = axis.low, axis.high, float(value)
    if axis.kind == "log":
        new = now * math.exp(dice.gauss(0, scale) * math.log(high / low))
    else:
        new = now + dice.gauss(0, scale) * (high - low)
    new = min(high, max(low, new))
    return round(new) if axis.kind == "integer" else new


def point_of(space: Space, schedule: str) -> Point:
    """The inverse of schedule_text, of what losscast writes as well."""
    arguments = tomllib.loads(f"s = {schedule}")["s"]
    for at, family in enumerate(space):
        if family.family == arguments["family"]:
            return at, {name: arguments[name] for name in family.axes}
    raise ValueError(schedule)


def polished(space: Space, schedule: str, objective: Objective, dice: random.Random) -> str:
    point = point_of(space, schedule)
    (value,) = objective([schedule_text(space, point)])
    scale = 0.1
    for _ in range(POLISHING_BATCHES):
        family: FamilySpace = space[point[0]]
        near = [
            (point[0], {name: moved(point[1][name], axis, scale, dice) for name, axis in family.axes.items()})
            for _ in range(POLISHING_BATCH)
        ]
        values = objective([schedule_text(space, one) for one in near])
        lowest = min(range(len(near)), key=lambda i: values[i])
        if values[lowest] < value:
            point, value = near[lowest], values[lowest]
        else:
            scale *= 0.7
    return schedule_text(space, point)


def add_regrets(options: argparse.Namespace, answers: list[Answer]) -> None:
    space = SPACES[answers[0].space]
    dice = random.Random(1)
    program = options.programs / "bench_search_objective"
    with Objective(program, options.fit, DRAWS, FINE_BLOCKS, options.threads) as fine:
        values = fine([answer.schedule for answer in answers])
        with Objective(program, options.fit, DRAWS, BLOCKS, options.threads) as coarse:
            best = polished(space, answers[values.index(min(values))].schedule, coarse, dice)
        lowest = min(*values, *fine([best]))
    print(f"  best known, {lowest:.6f} nats: {best}", file=sys.stderr)
    for answer, value in zip(answers, values):
        answer.regret = value - lowest


def search_space(options: argparse.Namespace, name: str) -> list[Answer]:
    answers = []
    candidates = candidates_for(options, name)
    program = options.programs / "bench_search_objective"
    for seed in range(1, options.seeds + 1):
        answers += race_in_time(options, name, candidates, seed)
        for method in search_optuna.METHODS:
            with Objective(program, options.fit, options.draws, BLOCKS, options.threads) as objective:
                best, seconds = search_optuna.search(SPACES[name], objective, method, seed, options.seconds)
                share = objective.seconds / seconds
                answers.append(Answer(name, method, seed, best, seconds, objective.count, share))
    add_regrets(options, answers)
    return answers


def print_rows(answers: list[Answer]) -> None:
    for method in (*RACE_ANSWERS, *search_optuna.METHODS):
        some = [one for one in answers if one.method == method]
        regrets = [1e6 * one.regret for one in some]
        certified = f"{sum(one.certified for one in some)} of {len(some)}" if method == "race" else ""
        print(
            f"{some[0].space:<10} {method:<10} {statistics.median(one.candidates for one in some):>10.0f}"
            f" {max(one.seconds for one in some):>8.1f} {statistics.median(one.engine_share for one in some):>7.0%}"
            f" {min(regrets):>10.2f} {statistics.median(regrets):>10.2f} {max(regrets):>10.2f} {certified:>10}",
            flush=True,
        )


def options_of_comparison() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="search.sh BUILD", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("programs", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fit", type=Path, required=True)
    parser.add_argument("--spaces", default=",".join(SPACES), help="some of them")
    parser.add_argument("--seconds", type=float, default=10, help="of each search")
    parser.add_argument("--seeds", type=int, default=3, help="searches of each kind")
    parser.add_argument("--draws", type=int, default=DRAWS, help="of the posterior, in Optuna's objective")
    parser.add_argument("--delta", type=float, default=1e-3, help="of the race [nats]")
    parser.add_argument("--threads", type=int, default=0, help="of the engine; 0: all cores")
    parser.add_argument("--json", type=Path, metavar="FILE", help="store all answers there")
    options = parser.parse_args()
    if unknown := set(options.spaces.split(",")) - set(SPACES):
        fail(f"no space is called {', '.join(unknown)} (--spaces) choose of {', '.join(SPACES)}")
    return options


def main() -> None:
    options = options_of_comparison()
    print(f"Optuna {search_optuna.VERSION}, {options.seconds:g} s a search, {options.seeds} seeds; regret in 1e-6 nats")
    print(
        f"{'space':<10} {'search':<10} {'candidates':>10} {'seconds':>8} {'engine':>7} {'lowest':>10} {'median':>10}"
        f" {'highest':>10} {'certified':>10}"
    )
    answers: list[Answer] = []
    for name in options.spaces.split(","):
        of_space = search_space(options, name)
        print_rows(of_space)
        answers += of_space
    if options.json:
        options.json.write_text(json.dumps([vars(one) for one in answers], indent=2) + "\n")


if __name__ == "__main__":
    main()
