"""QMCPy as fast as its author could make it: its samplers and criteria, and the steps of all schedules in place.

Each core is a process with randomisations of its own. What plain QMCPy spends most on is written anew: its transform
to Brownian paths (einsum, a dense product in double precision) becomes one product in FP32 straight to the increments;
replications share a scrambled net, each with a shift of its own; and the multilevel criteria, which know scalar
integrands only, watch one schedule while all are simulated on the same samples.
"""

import multiprocessing
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import elementary
import numpy as np
import qmcpy
from precision_measurement import Moments, Solve, fastest, moments_of
from precision_numpy import CoupledEnds, Ends, table_of
from precision_problem import Answer, Problem
from precision_qmcpy_levels import Sampler, criteria, finest_level, steps_simulated
from qmcpy.integrand.abstract_integrand import AbstractIntegrand
from qmcpy.util import ParameterWarning
from scipy.special import ndtri

REPLICATIONS = 16
FIRST_POINTS = 8  # of a replication; doubled until they suffice
FIRST_PATHS = 64  # of a level of independent ones
BATCH = 512  # paths that a core works on at once
CHUNK = 2**15  # paths whose normals are held at once
COARSEST = [16, 32, 64]
TRIED_TARGET = 1e-4  # a tighter one is tuned by this
PILOT_PATHS = 2048
PILOT_MARGIN = 1.02  # of the variance, for what the pilot run does not know


def principal_components(steps: int) -> np.ndarray:
    """Turns independent normals into a Brownian path's increments, largest components of the path first."""
    brownian = qmcpy.BrownianMotion(qmcpy.DigitalNetB2(steps, seed=elementary.SEED), t_final=steps, decomp_type="PCA")
    return np.diff(brownian.a, axis=0, prepend=0).astype(np.float32)


def scrambled_matrices(steps: int) -> np.ndarray:
    """Of one digital net, which all replications share: each of them shifts it by itself.

    To scramble them for each takes longer than hundreds of paths, and does not lower the error.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)  # that the first point of an unshifted net is the origin
        return qmcpy.DigitalNetB2(steps, seed=elementary.SEED, randomize="LMS").gen_mats[0]


def shifted_net(matrices: np.ndarray, steps: int, replications: int, seed: np.random.SeedSequence) -> Sampler:
    return qmcpy.DigitalNetB2(
        steps, replications=replications, seed=seed, randomize="DS", generating_matrices=matrices, msb=True
    )


def normals(uniforms: np.ndarray) -> np.ndarray:
    """(paths, steps) in FP32."""
    return ndtri(uniforms.reshape(-1, uniforms.shape[-1])).astype(np.float32)


class Crew:
    """A process for each core, which makes what works for it, and then all do the same call at once."""

    def __init__(self, make: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> None:
        fork = multiprocessing.get_context("fork")
        self.members = []
        for one in arguments:
            here, there = fork.Pipe()
            fork.Process(target=serve, args=(there, make, one), daemon=True).start()
            there.close()
            self.members.append(here)

    def __call__(self, *arguments: Any) -> list[Any]:
        for member in self.members:
            member.send(arguments)
        return [member.recv() for member in self.members]


def serve(parent: Connection, make: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    work = make(*arguments)
    while True:
        parent.send(work(*parent.recv()))


class Replications:
    """Sums of v(T) over the points of some replications of a digital net."""

    def __init__(self, problem: Problem, mix: np.ndarray, replications: int, member: int) -> None:
        self.mix, self.replications, self.steps = mix, replications, problem.steps
        self.seed = np.random.SeedSequence([elementary.SEED, member])
        self.ends, self.matrices = Ends(table_of(problem, problem.steps), BATCH), scrambled_matrices(problem.steps)
        self.chunk = max(1, CHUNK // replications)

    def __call__(self, first: int, end: int) -> np.ndarray:
        """(schedules, replications) over points [first, end)."""
        if first == 0:
            self.net = shifted_net(self.matrices, self.steps, self.replications, self.seed)
        total = 0
        for begin in range(first, end, self.chunk):
            points = self.net(n_min=begin, n_max=min(begin + self.chunk, end))
            ends = self.ends(self.mix @ normals(points).T)
            total += ends.reshape(-1, *points.shape[:2]).sum(axis=2, dtype=np.float64)
        return total


def quasi_monte_carlo(problem: Problem, cores: int) -> Solve:
    each = -(-REPLICATIONS // cores)
    mix = principal_components(problem.steps)
    crew = Crew(Replications, [(problem, mix, each, member) for member in range(cores)])
    count = each * cores

    def solve(target: float) -> Answer:
        first, end, total = 0, FIRST_POINTS, np.zeros((problem.schedules, count))
        while True:
            total += np.concatenate(crew(first, end), axis=1)
            means = total / end
            errors = means.std(axis=1, ddof=1) / np.sqrt(count)
            if errors.max() <= target:
                paths = count * end
                return Answer(means.mean(axis=1), errors, paths, paths * problem.steps * problem.schedules, count)
            first, end = end, 2 * end

    return solve


@dataclass
class Ledger:
    """What the levels of one run have seen of all schedules, by path or by replication."""

    schedules: int
    finest: int
    moments: list[Moments] = field(init=False)
    sums: list[np.ndarray | float] = field(init=False)
    points: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.moments = [Moments(np.zeros(self.schedules)) for _ in range(self.finest + 1)]
        self.sums = [0.0] * (self.finest + 1)
        self.points = [0] * (self.finest + 1)

    def add(self, level: int, differences: np.ndarray) -> None:
        """(schedules, paths), or (schedules, replications, points)."""
        if differences.ndim == 2:
            self.moments[level].add(moments_of(differences, self.moments[level].centre))
        else:
            self.sums[level] = self.sums[level] + differences.sum(axis=2, dtype=np.float64)
            self.points[level] += differences.shape[2]

    def answer(self, coarsest: int) -> Answer:
        if self.points[0]:
            reps = [total / points for total, points in zip(self.sums, self.points)]
            count = reps[0].shape[1]
            means = sum(one.mean(axis=1) for one in reps)
            errors = np.sqrt(sum(one.var(axis=1, ddof=1) / count for one in reps))
            paths = np.array(self.points) * count
        else:
            means = sum(one.means() for one in self.moments)
            errors = np.sqrt(sum(np.square(one.standard_errors()) for one in self.moments))
            paths, count = np.array([one.count for one in self.moments]), None
        path_steps = steps_simulated(paths, coarsest) * self.schedules
        return Answer(means, errors, int(paths.sum()), path_steps, count)


class Levels(AbstractIntegrand):
    """Simulates all schedules, writes them in a ledger, and shows the criterion the watched one."""

    def __init__(self, run: "Run", ledger: Ledger, sampler: Sampler, level: int | None = None) -> None:
        self.run, self.ledger, self.sampler, self.level = run, ledger, sampler, level
        self.true_measure = qmcpy.Uniform(sampler)
        self.multilevel = level is not None
        if level is not None:
            self.cost = self.dimension_at_level(level)
        shape = (2,) if self.multilevel else ()
        super().__init__(dimension_indv=shape, dimension_comb=shape, parallel=False)

    def g(self, uniforms: np.ndarray) -> np.ndarray:
        points = uniforms.shape[-2]
        chunk = max(1, CHUNK * points // (uniforms.size // uniforms.shape[-1]))
        watched = []
        for first in range(0, points, chunk):
            differences = self.run.differences(self.level, uniforms[..., first : first + chunk, :])
            self.ledger.add(self.level, differences)
            watched.append(differences[self.run.watched])
        difference = np.concatenate(watched, axis=-1)
        return np.stack([np.zeros_like(difference), difference])

    def dimension_at_level(self, level: int) -> int:
        return self.run.coarsest * 2 ** int(level)

    def _spawn(self, level: int, sampler: Sampler) -> "Levels":
        return Levels(self.run, self.ledger, sampler, int(level))


class Run:
    """A multilevel answer of one process."""

    def __init__(self, problem: Problem, method: str, coarsest: int, replications: int, member: int) -> None:
        self.problem, self.method, self.coarsest, self.replications = problem, method, coarsest, replications
        self.member, self.finest = member, finest_level(problem.steps, coarsest)
        tables = [table_of(problem, coarsest * 2**level) for level in range(self.finest + 1)]
        self.first = Ends(tables[0], BATCH)
        self.coupled = [CoupledEnds(fine, coarse, BATCH) for coarse, fine in zip(tables, tables[1:])]
        self.mixes = [principal_components(table.steps) for table in tables] if method == "mlqmc" else None
        self.matrices = scrambled_matrices(problem.steps)
        self.watched, self.excess = self.pilot()

    def differences(self, level: int, uniforms: np.ndarray) -> np.ndarray:
        """Between a level and the one before, as (schedules, *paths) of uniforms (*paths, steps)."""
        z = normals(uniforms).T
        z = np.ascontiguousarray(z) if self.mixes is None else self.mixes[level] @ z
        if level == 0:
            ends = self.first(z)
        else:
            coarse, fine = self.coupled[level - 1](z)
            ends = fine - coarse
        return ends.reshape(-1, *uniforms.shape[:-1])

    def pilot(self) -> tuple[int, float]:
        """The schedule to watch, and by how much another's variance exceeds it at the paths that it asks for."""
        random = np.random.default_rng([elementary.SEED, self.member])
        costs = self.coarsest * 2.0 ** np.arange(self.finest + 1)
        samples = [random.random((PILOT_PATHS, int(cost))) for cost in costs]
        variances = np.array([self.differences(l, sample).var(axis=1) for l, sample in enumerate(samples)])
        watched = int(np.sqrt(variances * costs[:, None]).sum(axis=0).argmax())
        paths = np.sqrt(variances[:, watched] / costs)
        of_all = (variances / paths[:, None]).sum(axis=0)
        return watched, PILOT_MARGIN * float(of_all.max() / of_all[watched])

    def __call__(self, target: float) -> Answer:
        seed = np.random.SeedSequence([elementary.SEED, self.member])
        ledger = Ledger(self.problem.schedules, self.finest)
        if self.mixes is None:
            samples, first = qmcpy.IIDStdUniform(self.coarsest, seed=seed), FIRST_PATHS
        else:
            samples, first = shifted_net(self.matrices, self.coarsest, self.replications, seed), FIRST_POINTS
        integrand = Levels(self, ledger, samples)
        criteria[self.method](integrand, target / np.sqrt(self.excess), self.finest, first).answer()
        return ledger.answer(self.coarsest)


def multilevel(problem: Problem, method: str, coarsest: int, cores: int) -> Solve:
    each = max(4, REPLICATIONS // cores)  # QMCPy asks for four
    crew = Crew(Run, [(problem, method, coarsest, each, member) for member in range(cores)])

    def solve(target: float) -> Answer:
        answers = crew(target * np.sqrt(cores))
        means = np.mean([answer.means for answer in answers], axis=0)
        errors = np.sqrt(np.square([answer.standard_errors for answer in answers]).sum(axis=0)) / cores
        count = each * cores if method == "mlqmc" else None
        paths, path_steps = (sum(getattr(a, name) for a in answers) for name in ("paths", "path_steps"))
        return Answer(means, errors, paths, path_steps, count)

    return solve


def prepare(problem: Problem, method: str, cores: int, target: float) -> Solve:
    def candidates() -> Iterator[tuple[dict[str, Any], Solve]]:
        for coarsest in COARSEST:
            yield {"coarsest": coarsest}, multilevel(problem, method, coarsest, cores)

    if method == "qmc":
        return quasi_monte_carlo(problem, cores)

    return fastest(candidates(), max(target, TRIED_TARGET))
