"""Times a peer's answers at each target, and takes Monte Carlo paths in batches until there are enough of them."""

import argparse
import itertools
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from precision_problem import Answer, Problem, Subject, print_report

ENOUGH = 1.02  # times as many paths as the variance so far asks for, so that seldom a batch is wanting
BATCHES_IN_FLIGHT = 8  # of each core, so that memory does not grow with the number of paths
LOOSER = [10, 10, 3]  # the first time compiles

# Answers to a standard error, each time it is called on the same random numbers.
Solve = Callable[[float], Answer]
# Simulates one batch of paths on its own stream of random numbers: v(T) as (schedules, paths).
Simulate = Callable[[int], np.ndarray]


@dataclass
class Moments:
    """Of values of all schedules, offset by `centre`."""

    centre: np.ndarray
    count: int = 0
    total: np.ndarray = field(init=False)
    squares: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.total = np.zeros_like(self.centre)
        self.squares = np.zeros_like(self.centre)

    def add(self, other: "Moments") -> None:
        self.count += other.count
        self.total += other.total
        self.squares += other.squares

    def means(self) -> np.ndarray:
        return self.centre + self.total / self.count

    def variances(self) -> np.ndarray:
        """Of one value."""
        return np.maximum(self.squares - self.total**2 / self.count, 0) / (self.count - 1)

    def standard_errors(self) -> np.ndarray:
        return np.sqrt(self.variances() / self.count)


def moments_of(values: np.ndarray, centre: np.ndarray) -> Moments:
    """Of (schedules, paths)."""
    moments = Moments(centre, values.shape[1])
    offset = values - centre[:, None]  # in double precision, as `centre` is
    moments.total = offset.sum(axis=1)
    moments.squares = np.einsum("sp,sp->s", offset, offset)
    return moments


def monte_carlo(problem: Problem, simulate: Simulate, cores: int) -> Solve:
    """Batches on `cores` threads: one for each tells the variance, then as many as that asks for."""
    centre = problem.noiseless()
    pool = ThreadPoolExecutor(cores)

    def moments_of_batch(stream: int) -> Moments:
        return moments_of(simulate(stream), centre)

    def solve(target: float) -> Answer:
        moments, streams = Moments(centre), itertools.count()
        wanted = cores
        while wanted:
            for batch in pool.map(moments_of_batch, itertools.islice(streams, min(wanted, BATCHES_IN_FLIGHT * cores))):
                moments.add(batch)
                size = batch.count
            wanted = batches_wanted(moments, target, size, cores)
        path_steps = moments.count * problem.schedules * problem.steps
        return Answer(moments.means(), moments.standard_errors(), moments.count, path_steps)

    return solve


def batches_wanted(moments: Moments, target: float, size: int, cores: int) -> int:
    """In whole rounds: a core that has nothing to do saves no time."""
    if moments.standard_errors().max() <= target:
        return 0
    paths = ENOUGH * moments.variances().max() / target**2
    return math.ceil(max(paths - moments.count, 1) / size / cores) * cores


def fastest(candidates: Iterator[tuple[dict[str, object], Solve]], target: float) -> Solve:
    """The one that answers soonest, of which stderr is told."""
    best, shortest = None, math.inf
    for settings, solve in candidates:
        solve(LOOSER[0] * target)  # compiles
        seconds = min(timed(solve, target)[0] for _ in range(2))
        if seconds < shortest:
            best, shortest, chosen = solve, seconds, settings
    assert best is not None
    print(f"chosen for {target:g}: {chosen}", file=sys.stderr)
    return best


def timed(solve: Solve, target: float) -> tuple[float, Answer]:
    start = time.perf_counter()
    answer = solve(target)
    return time.perf_counter() - start, answer


def measure(options: argparse.Namespace, subject: Subject, solve_for: Callable[[float], Solve], power: float) -> None:
    """One JSON object a target: the median time of the repeats. `solve_for` a target chooses settings and compiles.

    Cost grows as the `power` of 1 / target: a target that would take longer than --budget is left out, and said to be.
    """
    for target in options.target:
        solve = solve_for(target)
        if (expected := seconds_at_most(solve, target, power, options.budget)) > options.budget:
            leave_out(subject, options, target, expected)
            continue
        repeats = [timed(solve, target)]
        while len(repeats) < options.repeats and sum(taken for taken, _ in repeats) < options.budget:
            repeats.append(timed(solve, target))
        seconds, answer = statistics.median(taken for taken, _ in repeats), repeats[-1][1]
        print_report(subject, options, target, seconds, answer)


def seconds_at_most(solve: Solve, target: float, power: float, budget: float) -> float:
    """Judged by looser targets, which also compile; what does not grow with the paths makes it too pessimistic."""
    expected = 0.0
    for looser in LOOSER:
        if expected > budget * looser**power:
            break
        seconds, answer = timed(solve, looser * target)
        expected = seconds * max(answer.worst / target, 1) ** power
        if expected <= budget:
            break
    return expected


def leave_out(subject: Subject, options: argparse.Namespace, target: float, expected: float) -> None:
    print(
        f"SKIPPED: {subject.system}, {subject.method}, {options.style}, to {target:g} (it may take "
        f"{expected:.0f} s, and the budget is {options.budget:g} s) raise --budget",
        file=sys.stderr,
    )
