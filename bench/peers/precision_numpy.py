"""The demo SDE in NumPy, for the peers whose own part is the choice and number of the samples.

Levels of a multilevel method are numbers of steps: a step of a coarse level takes a block of the schedule's steps at
once, with the sums of x and of x^2 over it.
"""

from dataclasses import dataclass

import elementary
import numpy as np
from precision_problem import NOISE, POWER, RATE, START, Problem


@dataclass(frozen=True)
class Table:
    """Of one level, as (steps, schedules): v <- v - rate max(v, 0)^1.5 + scale sqrt(max(v, 0)) z."""

    rate: np.ndarray
    scale: np.ndarray

    @property
    def steps(self) -> int:
        return self.rate.shape[0]

    @property
    def schedules(self) -> int:
        return self.rate.shape[1]

    def of(self, schedule: int) -> "Table":
        return Table(self.rate[:, [schedule]], self.scale[:, [schedule]])


def table_of(problem: Problem, steps: int) -> Table:
    if problem.steps % steps != 0:
        elementary.fail(f"{problem.steps} steps are no multiple of {steps} (a coarse step is a block) choose a divisor")
    x = problem.relative_lr.astype(np.float64).reshape(steps, -1, problem.schedules)
    rate, variance = RATE * x.sum(axis=1), NOISE * np.square(x).sum(axis=1)
    return Table(rate.astype(np.float32), np.sqrt(variance).astype(np.float32))


def plain_end(table: Table, z: np.ndarray) -> np.ndarray:
    """v(T) as (schedules, *paths) of normals (*paths, steps), by expressions on all paths."""
    schedules = (slice(None),) + (None,) * (z.ndim - 1)
    v = np.full((table.schedules, *z.shape[:-1]), START, np.float32)
    for i in range(table.steps):
        part, rate, scale = np.maximum(v, 0), table.rate[i][schedules], table.scale[i][schedules]
        v = v - rate * part**POWER + scale * np.sqrt(part) * z[..., i]
    return v


class Euler:
    """In place, on `batch` paths that fit in a core's cache, of all schedules."""

    def __init__(self, schedules: int, batch: int) -> None:
        self.part, self.root, self.noise = (np.empty((schedules, batch), np.float32) for _ in range(3))

    def step(self, v: np.ndarray, rate: np.ndarray, scale: np.ndarray, z: np.ndarray) -> None:
        """v as (schedules, paths), of no more than `batch` paths; rate and scale as (schedules, 1)."""
        self.step_with_noise(v, rate, np.multiply(scale, z, out=self.noise[:, : v.shape[1]]))

    def step_with_noise(self, v: np.ndarray, rate: np.ndarray, noise: np.ndarray) -> None:
        """With noise = scale z, which is overwritten."""
        part, root = self.part[:, : v.shape[1]], self.root[:, : v.shape[1]]
        np.maximum(v, 0, out=part)
        np.sqrt(part, out=root)
        part *= rate
        noise -= part
        noise *= root
        v += noise


class Ends:
    """v(T) of a level's paths, the tuned way."""

    def __init__(self, table: Table, batch: int) -> None:
        self.rate, self.scale, self.batch = table.rate[:, :, None], table.scale[:, :, None], batch
        self.euler = Euler(table.schedules, batch)

    def __call__(self, z: np.ndarray) -> np.ndarray:
        """v(T) as (schedules, paths) of normals (steps, paths)."""
        v = np.full((self.rate.shape[1], z.shape[1]), START, np.float32)
        for first in range(0, z.shape[1], self.batch):
            paths = slice(first, first + self.batch)
            now = np.ascontiguousarray(v[:, paths])
            for i in range(len(self.rate)):
                self.euler.step(now, self.rate[i], self.scale[i], z[i, paths])
            v[:, paths] = now
        return v


class CoupledEnds:
    """v(T) of a level and of the one with half as many steps, on the same noise.

    A coarse step's noise is the sum of its two fine ones, schedule by schedule, sqrt(max(v, 0)) aside: its variance is
    that of the coarse level's own, since the squares of the scales add up.
    """

    def __init__(self, fine: Table, coarse: Table, batch: int) -> None:
        self.fine, self.coarse, self.batch = fine, coarse, batch
        self.euler = Euler(fine.schedules, batch)
        self.sum = np.empty((fine.schedules, batch), np.float32)

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(coarse, fine), each as (schedules, paths), of normals (fine steps, paths)."""
        coarse, fine = (np.full((self.fine.schedules, z.shape[1]), START, np.float32) for _ in range(2))
        for first in range(0, z.shape[1], self.batch):
            paths = slice(first, first + self.batch)
            coarse[:, paths], fine[:, paths] = self.of_batch(z[:, paths])
        return coarse, fine

    def of_batch(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        coarse, fine = (np.full((self.fine.schedules, z.shape[1]), START, np.float32) for _ in range(2))
        total, noise = self.sum[:, : z.shape[1]], self.euler.noise[:, : z.shape[1]]
        for i in range(self.coarse.steps):
            for half in (2 * i, 2 * i + 1):
                np.multiply(self.fine.scale[half][:, None], z[half], out=noise)
                np.copyto(total, noise) if half == 2 * i else np.add(total, noise, out=total)
                self.euler.step_with_noise(fine, self.fine.rate[half][:, None], noise)
            self.euler.step_with_noise(coarse, self.coarse.rate[i][:, None], total)
        return coarse, fine
