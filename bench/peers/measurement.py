"""Measures a peer in one of its styles: batches on each core, tuning, timing, mean and spread, report."""

import argparse
import json
import math
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

import numpy as np

from elementary import ALLOWED_ROUNDING, ALLOWED_STANDARD_ERRORS, LEVEL, Problem, fail

TUNING_STEPS = 256
TUNING_REPEATS = 5
TRIAL_STEPS = 64
FEWEST_PATHS = 16
ROUNDS_IN_FLIGHT = 8  # so that memory does not grow with the number of paths


@dataclass
class Moments:
    """Of v(T) averaged over the schedules, over paths. Offset by LEVEL, so that the squares keep their digits."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, averages: np.ndarray) -> None:
        offset = averages.astype(np.float64) - LEVEL
        self.count += offset.size
        self.total += float(offset.sum())
        self.squares += float(np.square(offset).sum())

    def mean(self) -> float:
        return LEVEL + self.total / self.count

    def standard_error(self) -> float:
        variance = self.squares / self.count - (self.total / self.count) ** 2
        return math.sqrt(max(variance, 0.0) / max(self.count - 1, 1))


# Simulates one batch of paths on its own stream of random numbers: v(T) of each, averaged over the schedules.
Simulate = Callable[[int], np.ndarray]
# How a peer is set up: "batch", the number of paths in a batch, and what else it can vary.
Settings = dict[str, Any]
Prepare = Callable[..., Simulate]  # of a problem and settings


class Workers(Enum):
    THREADS = auto()
    PROCESSES = auto()


@dataclass(frozen=True)
class Program:
    """A peer in one style. Workers are for the tuned style: a plain program is one, and spreads as its system does."""

    prepare: Prepare
    candidates: list[Settings]
    workers: Workers = Workers.THREADS


def batch_sizes(schedules: int, powers: Iterable[int]) -> list[int]:
    """Numbers of paths for which schedules x paths is about a power of two."""
    return [max(16, 2**power // schedules // 16 * 16) for power in powers]


class Bench:
    """Simulates rounds of batches, a batch for each worker. Workers are processes if a system holds Python's lock."""

    def __init__(self, simulate: Simulate, count: int, workers: Workers) -> None:
        self.count = count
        if workers is Workers.PROCESSES and count > 1:
            fork = multiprocessing.get_context("fork")  # workers inherit what is compiled
            self.pool: Executor = ProcessPoolExecutor(count, fork, adopt, (simulate,))
        else:
            self.pool = ThreadPoolExecutor(count, initializer=adopt, initargs=(simulate,))

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()

    def timed(self, rounds: int) -> tuple[float, Moments]:
        moments = Moments()
        batches, in_flight = rounds * self.count, ROUNDS_IN_FLIGHT * self.count
        start = time.perf_counter()
        for first in range(0, batches, in_flight):
            for averages in self.pool.map(simulate_adopted, range(first, min(first + in_flight, batches))):
                moments.add(averages)
        return time.perf_counter() - start, moments


# What this worker simulates: set once, since a process cannot be sent a function that was compiled elsewhere.
adopted: Simulate | None = None


def adopt(simulate: Simulate) -> None:
    global adopted
    adopted = simulate


def simulate_adopted(stream: int) -> np.ndarray:
    assert adopted is not None
    return adopted(stream)


def fastest(program: Program, problem: Problem, candidates: list[Settings], together: int) -> Settings:
    """The settings with the highest rate on a short version of the problem."""
    short = replace(problem, steps=min(problem.steps, TUNING_STEPS))

    def seconds_per_path(settings: Settings) -> float:
        with Bench(program.prepare(short, **settings), together, program.workers) as bench:
            bench.timed(1)
            return min(bench.timed(1)[0] for _ in range(TUNING_REPEATS)) / settings["batch"]

    return min(candidates, key=seconds_per_path)


def within_budget(program: Program, problem: Problem, settings: Settings, budget: float) -> Settings:
    """With a smaller batch if a run of it would take longer, judged by a few steps."""
    short = replace(problem, steps=min(problem.steps, TRIAL_STEPS))
    with Bench(program.prepare(short, **settings), 1, program.workers) as bench:
        bench.timed(1)  # compiles
        seconds = bench.timed(1)[0] * problem.steps / short.steps
    fitting = max(FEWEST_PATHS, int(settings["batch"] * budget / seconds))
    return {**settings, "batch": min(settings["batch"], fitting)}


def measure(options: argparse.Namespace, system: str, version: str, programs: dict[str, Program]) -> None:
    """Measures the program of the chosen style with its fastest settings, prints one JSON object, checks the mean."""
    program = programs[options.style]
    problem = Problem(options.sde, options.schedules, options.paths, options.steps)
    together = options.threads if options.device == "cpu" and options.style == "tuned" else 1
    largest = math.ceil(problem.paths / together)
    fitting = [c for c in program.candidates if c["batch"] <= largest] or [{**program.candidates[0], "batch": largest}]
    settings = fitting[0] if len(fitting) == 1 else fastest(program, problem, fitting, together)
    if options.style == "plain" and not math.isinf(options.budget):
        settings = within_budget(program, problem, settings, options.budget)

    with Bench(program.prepare(problem, **settings), together, program.workers) as bench:
        bench.timed(1)  # compiles
        rounds = math.ceil(problem.paths / settings["batch"] / together)
        if not math.isinf(options.budget):
            rounds = max(1, min(rounds, int(options.budget / bench.timed(1)[0])))
        repeats = [bench.timed(rounds) for _ in range(options.repeats)]

    seconds = statistics.median(taken for taken, _ in repeats)
    moments = repeats[-1][1]
    report = {
        "system": system,
        "version": version,
        "style": options.style,
        "device": options.device,
        "threads": options.threads,
        "sde": problem.sde,
        "schedules": problem.schedules,
        "paths": moments.count,
        "steps": problem.steps,
        "seconds": seconds,
        "path_steps_per_second": problem.schedules * moments.count * problem.steps / seconds,
        "mean": moments.mean(),
        "standard_error": moments.standard_error(),
        "exact_mean": problem.exact_mean(),
        "settings": settings,
    }
    print(json.dumps(report))
    check(report)


def check(report: dict[str, Any]) -> None:
    difference = report["mean"] - report["exact_mean"]
    allowed = ALLOWED_STANDARD_ERRORS * report["standard_error"] + ALLOWED_ROUNDING
    if not abs(difference) <= allowed:
        fail(
            f"the mean of {report['system']} is {difference:+.2e} off (the exact mean is {report['exact_mean']:.8f}, "
            f"and {allowed:.1e} is allowed) look for a mistake in this peer, its rate is worth nothing"
        )
