"""The plain style in Numba: scalar loops over a path's steps and schedules, paths in parallel, NumPy's random numbers.

Numba seeds the generator of each of its threads by itself, so the numbers differ from run to run.
"""

import numba
import numpy as np
from numpy import float32

from elementary import LEVEL


@numba.njit(parallel=True)
def integrate_hill(rate, target, scale, paths):
    steps, schedules = rate.shape
    averages = np.empty(paths, float32)
    for path in numba.prange(paths):
        v = np.full(schedules, float32(LEVEL))
        for i in range(steps):
            z = float32(np.random.standard_normal())
            for s in range(schedules):
                part = max(v[s], float32(0))
                v[s] += target[i, s] - rate[i, s] * part + scale[i, s] * np.sqrt(part) * z
        averages[path] = v.mean()
    return averages


@numba.njit(parallel=True)
def integrate_linear(rate, target, scale, paths):
    steps, schedules = rate.shape
    averages = np.empty(paths, float32)
    for path in numba.prange(paths):
        v = np.full(schedules, float32(LEVEL))
        for i in range(steps):
            z = float32(np.random.standard_normal())
            for s in range(schedules):
                v[s] += target[i, s] - rate[i, s] * v[s] + scale[i, s] * z
        averages[path] = v.mean()
    return averages


integrators = {"hill": integrate_hill, "linear": integrate_linear}
