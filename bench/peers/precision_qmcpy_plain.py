"""QMCPy as its documentation has it: an integrand and a true measure of one's own, and a stopping criterion.

A criterion that bounds something else than a standard error is given the tolerance that comes to the target. The
multilevel ones take scalar integrands, hence one run for each schedule. All of it runs on one core: an integrand's
`parallel` would send single samples to processes.
"""

import elementary
import numpy as np
import qmcpy
from precision_measurement import Solve
from precision_numpy import plain_end, table_of
from precision_problem import Answer, Problem
from precision_qmcpy_levels import Sampler, criteria, finest_level, sampler, steps_simulated
from qmcpy.integrand.abstract_integrand import AbstractIntegrand

REPLICATIONS = 16
COARSEST = 16  # steps of the multilevel methods' first level


def normals(brownian: np.ndarray, step: int) -> np.ndarray:
    """Of paths (..., steps) that start at 0."""
    return np.diff(brownian, axis=-1, prepend=0) / np.float32(np.sqrt(step))


def quasi_monte_carlo(problem: Problem) -> Solve:
    table = table_of(problem, problem.steps)

    def solve(target: float) -> Answer:
        net = qmcpy.DigitalNetB2(problem.steps, replications=REPLICATIONS, seed=elementary.SEED)
        integrand = qmcpy.CustomFun(
            qmcpy.BrownianMotion(net, t_final=problem.steps, decomp_type="PCA"),
            lambda brownian: plain_end(table, normals(brownian.astype(np.float32), 1)),
            dimension_indv=(problem.schedules,),
        )
        criterion = qmcpy.CubQMCRepStudentT(integrand)
        criterion.set_tolerance(abs_tol=target * criterion.t_star.max())  # it bounds the half-width of an interval
        _, data = criterion.integrate()
        errors = data.muhats.std(axis=-1, ddof=1) / np.sqrt(REPLICATIONS)
        path_steps = int(data.n_total) * problem.steps * problem.schedules
        return Answer(data.muhats.mean(axis=-1), errors, int(data.n_total), path_steps, REPLICATIONS)

    return solve


class Levels(AbstractIntegrand):
    """v(T) of one schedule on a level's Brownian path, and on every second point of it; without a level, their parent.

    Written after QMCPy's own FinancialOption.
    """

    def __init__(self, problem: Problem, schedule: int, sampler: Sampler, level: int | None = None) -> None:
        self.problem, self.schedule, self.sampler, self.level = problem, schedule, sampler, level
        self.true_measure = qmcpy.BrownianMotion(sampler, t_final=problem.steps, decomp_type="PCA")
        self.multilevel = level is not None
        if level is not None:
            self.cost = self.dimension_at_level(level)
            self.fine = table_of(problem, self.cost).of(schedule)
            self.coarse = table_of(problem, self.cost // 2).of(schedule)
        shape = (2,) if self.multilevel else ()
        super().__init__(dimension_indv=shape, dimension_comb=shape, parallel=False)

    def g(self, brownian: np.ndarray) -> np.ndarray:
        step, brownian = self.problem.steps // self.cost, brownian.astype(np.float32)
        fine = plain_end(self.fine, normals(brownian, step))[0]
        if self.level == 0:
            return np.stack([np.zeros_like(fine), fine])
        return np.stack([plain_end(self.coarse, normals(brownian[..., 1::2], 2 * step))[0], fine])

    def dimension_at_level(self, level: int) -> int:
        return COARSEST * 2 ** int(level)

    def _spawn(self, level: int, sampler: Sampler) -> "Levels":
        return Levels(self.problem, self.schedule, sampler, int(level))


def multilevel(problem: Problem, method: str) -> Solve:
    finest = finest_level(problem.steps, COARSEST)

    def solve(target: float) -> Answer:
        means, errors, paths = [], [], np.zeros(finest + 1, int)
        for schedule in range(problem.schedules):
            seed = np.random.SeedSequence([elementary.SEED, schedule])
            integrand = Levels(problem, schedule, sampler(method, COARSEST, REPLICATIONS, seed))
            mean, error, paths_of_levels = criteria[method](integrand, target, finest).answer()
            means.append(mean)
            errors.append(error)
            paths += paths_of_levels
        randomisations = REPLICATIONS if method == "mlqmc" else None
        path_steps = steps_simulated(paths, COARSEST)
        return Answer(np.array(means), np.array(errors), int(paths.sum()), path_steps, randomisations)

    return solve


def prepare(problem: Problem, method: str) -> Solve:
    return quasi_monte_carlo(problem) if method == "qmc" else multilevel(problem, method)
