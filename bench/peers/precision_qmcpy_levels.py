"""QMCPy's multilevel criteria, given a standard error to reach at a fixed number of steps."""

import warnings

import numpy as np
import qmcpy
from qmcpy.integrand.abstract_integrand import AbstractIntegrand
from qmcpy.util import MaxLevelsWarning

# Both spend half of the squared tolerance on the bias of a finite number of steps. Here that number is given.
SHARE_OF_VARIANCE = 0.5

Sampler = qmcpy.IIDStdUniform | qmcpy.DigitalNetB2


FIRST_SAMPLES = 256  # of a level, by QMCPy's default


def sampler(method: str, steps: int, replications: int, seed: np.random.SeedSequence) -> Sampler:
    if method == "mlqmc":
        return qmcpy.DigitalNetB2(steps, replications=replications, seed=seed)
    return qmcpy.IIDStdUniform(steps, seed=seed)


class MultilevelMonteCarlo(qmcpy.CubMLMC):
    """As QMCPy has it; its warning that the finest level's bias exceeds the tolerance is meant for another question."""

    def __init__(self, integrand: AbstractIntegrand, target: float, finest: int, first: int = FIRST_SAMPLES) -> None:
        tolerance = target / np.sqrt(SHARE_OF_VARIANCE)
        super().__init__(integrand, rmse_tol=tolerance, n_init=first, levels_min=finest, levels_max=finest)

    def answer(self) -> tuple[float, float, np.ndarray]:
        """Mean, standard error, and paths of each level."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MaxLevelsWarning)
            mean, data = self.integrate()
        variances = data.sum_level[1] / data.n_level - np.square(data.sum_level[0] / data.n_level)
        return float(mean), float(np.sqrt((variances / data.n_level).sum())), data.n_level


class MultilevelQuasiMonteCarlo(qmcpy.CubMLQMC):
    """Without the estimate of a bias, which adds levels beyond levels_max; by the variance of a mean of replications.

    QMCPy holds that of one replication against the tolerance instead.
    """

    def __init__(self, integrand: AbstractIntegrand, target: float, finest: int, first: int = FIRST_SAMPLES) -> None:
        degrees = integrand.discrete_distrib.replications - 1
        tolerance = target * np.sqrt(degrees / SHARE_OF_VARIANCE)
        super().__init__(integrand, rmse_tol=tolerance, n_init=first, levels_min=finest, levels_max=finest)

    def _update_bias_estimate(self, data: object) -> None:
        data.bias_estimate = 0.0

    def answer(self) -> tuple[float, float, np.ndarray]:
        """Mean, standard error, and paths of each level."""
        mean, data = self.integrate()
        variance = data.mean_level_reps.var(axis=1, ddof=1).sum() / self.replications
        return float(mean), float(np.sqrt(variance)), data.n_level * self.replications


criteria = {"mlmc": MultilevelMonteCarlo, "mlqmc": MultilevelQuasiMonteCarlo}


def finest_level(steps: int, coarsest: int) -> int:
    """Counted from 0, each of twice the steps of the one before."""
    return (steps // coarsest).bit_length() - 1


def steps_simulated(paths: np.ndarray, coarsest: int) -> int:
    """By the fine paths and, above the first level, by coarse ones with half as many steps."""
    fine = coarsest * 2 ** np.arange(len(paths))
    return int((paths * fine).sum() + (paths[1:] * fine[:-1]).sum())
