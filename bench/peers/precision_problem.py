"""What the peers of precision.py share: the SDE, the table of its schedules, arguments, how an answer is reported.

The demo SDE, a hill of power 1.5 with square-root noise, under Euler-Maruyama in FP32 with full truncation. A path of
schedule s starts at v = 1 and moves on normals z that all its schedules share, x being the relative LR of s at a step:

    v <- v - RATE x max(v, 0)^1.5 + sqrt(NOISE x^2 max(v, 0)) z

Wanted is E v(T) of every schedule, with a standard error of at most --target, the largest over the schedules. It is the
mean of this recursion that counts, of T steps and not of ever smaller ones, so that all systems answer one question.

Time runs from warm to the answer: the choice of settings and compilation come before, random numbers and the decision
that there are enough of them within.
"""

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path

import elementary
import numpy as np

RATE = 0.02
NOISE = 1e-4
START = 1.0
POWER = 1.5


@dataclass(frozen=True)
class Problem:
    names: list[str]
    relative_lr: np.ndarray  # (steps, schedules)

    @property
    def schedules(self) -> int:
        return self.relative_lr.shape[1]

    @property
    def steps(self) -> int:
        return self.relative_lr.shape[0]

    def noiseless(self) -> np.ndarray:
        """v(T) of each schedule without noise: near its mean, so squares of differences from it keep their digits."""
        v = np.full(self.schedules, START)
        for x in self.relative_lr.astype(np.float64):
            v -= RATE * x * np.maximum(v, 0) ** POWER
        return v


@dataclass(frozen=True)
class Answer:
    """Means and standard errors of all schedules, and what they took."""

    means: np.ndarray
    standard_errors: np.ndarray
    paths: int
    path_steps: int
    randomisations: int | None = None  # that the standard error was estimated from, if not from the paths

    @property
    def worst(self) -> float:
        return float(self.standard_errors.max())


@dataclass(frozen=True)
class Subject:
    """Who is measured, as the report names it."""

    system: str
    version: str
    method: str


def read_table(path: Path) -> Problem:
    """A header of names, then a row of relative LRs for each step."""
    try:
        with path.open() as file:
            names = file.readline().strip().split(",")
            rows = np.loadtxt(file, delimiter=",", ndmin=2)
    except (OSError, ValueError) as error:
        elementary.fail(f"{path} is no table of schedules ({error}) let bench_demo --table write it")
    if rows.shape[1] != len(names):
        elementary.fail(f"{path} has {rows.shape[1]} columns (its header names {len(names)} schedules) write it anew")
    return Problem(names, rows.astype(np.float32))


def targets(text: str) -> list[float]:
    """Largest first: what a loose target takes tells whether a tight one fits the budget."""
    values = sorted(map(float, text.split(",")), reverse=True)
    if not all(0 < value < math.inf for value in values):
        raise argparse.ArgumentTypeError(f"{text} holds no standard errors (they are positive) give some such as 1e-4")
    return values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those that precision.py passes on to the peers."""
    parser.add_argument("--target", type=targets, default="1e-4", help="standard errors in nats, such as 1e-3,1e-4")
    parser.add_argument("--repeats", type=elementary.positive, default=5)
    parser.add_argument("--threads", type=elementary.positive, default=1, help="cores to use")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds an answer may take, or it is left out")


def arguments(methods: list[str]) -> argparse.Namespace:
    """Of a peer. Its own system is to be imported only afterwards: this limits the process to --threads cores."""
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--table", type=Path, required=True, help="the relative LRs, a column for each schedule")
    parser.add_argument("--style", choices=elementary.STYLES, default="tuned")
    parser.add_argument("--method", choices=methods, default=methods[0])
    add_arguments(parser)
    options = parser.parse_args()
    elementary.use_cores(options.threads)
    if options.style == "tuned":
        elementary.tune_environment()
    return options


def print_report(subject: Subject, options: argparse.Namespace, target: float, seconds: float, answer: Answer) -> None:
    report = {
        "system": subject.system,
        "version": subject.version,
        "method": subject.method,
        "style": options.style,
        "threads": options.threads,
        "target": target,
        "paths": answer.paths,
        "path_steps": answer.path_steps,
        "seconds": seconds,
        "worst_standard_error": answer.worst,
        "randomisations": answer.randomisations,
        "means": answer.means.tolist(),
        "standard_errors": answer.standard_errors.tolist(),
    }
    print(json.dumps(report), flush=True)
