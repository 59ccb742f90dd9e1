"""The elementary SDEs in Numba on a CPU: numba_plain.py and numba_tuned.py hold what is compiled."""

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Program, Simulate, measure

options = elementary.arguments()
if options.device == "gpu":
    elementary.skip("Numba's CPU compiler on a GPU (numba_cuda_peer.py is the peer for that)")

import math  # noqa: E402

import numba  # noqa: E402
import numba_plain  # noqa: E402
import numba_tuned  # noqa: E402
import numpy as np  # noqa: E402


def tables(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate, target and scale of the noise as (steps, schedules)."""
    x = problem.relative_lr()
    rate, target = K_DT * x, K_DT * LEVEL * x**2
    return rate, target, np.sqrt(NOISE * target) if problem.sde == "hill" else LEVEL * x * np.sqrt(NOISE * K_DT * x)


def plain(problem: Problem, batch: int) -> Simulate:
    integrate, of_steps = numba_plain.integrators[problem.sde], tables(problem)
    return lambda _stream: integrate(*of_steps, batch)


def tuned(problem: Problem, batch: int, lanes: int) -> Simulate:
    integrate, of_steps = numba_tuned.integrators[problem.sde], tables(problem)

    def simulate(stream: int) -> np.ndarray:
        random = np.random.default_rng([elementary.SEED, stream])
        states = random.integers(2**32, size=(math.ceil(batch / lanes), 4, lanes), dtype=np.uint32)
        return integrate(*of_steps, lanes, states).ravel()

    return simulate


programs = {
    "plain": Program(plain, [{"batch": options.paths}]),
    "tuned": Program(tuned, [{"batch": 1024, "lanes": lanes} for lanes in (64, 128, 256, 512, 1024)]),
}
measure(options, "Numba", numba.__version__, programs)
