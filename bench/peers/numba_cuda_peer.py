"""The elementary SDEs as a CUDA kernel in Numba: one path a thread, K schedules in its local array, xoroshiro128p.

Plain: all schedules in one thread, default flags. Tuned: as many as its registers hold, fast mathematics.
"""

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Program, Simulate, measure

options = elementary.arguments()
if options.device == "cpu":
    elementary.skip("Numba's CUDA compiler on a CPU (numba_peer.py is the peer for that)")

import math  # noqa: E402

import numba  # noqa: E402
import numpy as np  # noqa: E402
from numba import cuda, float32  # noqa: E402
from numba.cuda.random import create_xoroshiro128p_states, xoroshiro128p_normal_float32  # noqa: E402

if not cuda.is_available():
    elementary.skip("Numba on a GPU (numba.cuda.is_available() is false)")

FAST = options.style == "tuned"
THREADS_OF_A_BLOCK = 128
RATE, START, ZERO = float32(K_DT), float32(LEVEL), float32(0)
HILL_SCALE, LINEAR_SCALE = float32(math.sqrt(NOISE * K_DT * LEVEL)), float32(LEVEL * math.sqrt(NOISE * K_DT))


@cuda.jit(device=True, inline=True, fastmath=FAST)
def step_hill(v, x, x_to_1_5, z):
    part = max(v, ZERO)
    return v + RATE * x * (START * x - part) + x * math.sqrt(part) * (HILL_SCALE * z)


@cuda.jit(device=True, inline=True, fastmath=FAST)
def step_linear(v, x, x_to_1_5, z):
    return v + RATE * x * (START * x - v) + x_to_1_5 * (LINEAR_SCALE * z)


def integrate_with(step, registers: int):
    """A kernel for so many schedules a thread, a constant, so that loops are unrolled and v stays in registers."""

    @cuda.jit(fastmath=FAST)
    def integrate(lr, lr_to_1_5, schedules, states, totals):
        path = cuda.grid(1)
        group = cuda.blockIdx.y
        if path >= totals.shape[1]:
            return
        v = cuda.local.array(registers, float32)
        for k in range(registers):
            v[k] = START
        for i in range(lr.shape[0]):
            z = xoroshiro128p_normal_float32(states, group * totals.shape[1] + path)
            for k in range(registers):
                v[k] = step(v[k], lr[i, group, k], lr_to_1_5[i, group, k], z)
        total = ZERO
        for k in range(registers):
            if group * registers + k < schedules:
                total += v[k]
        totals[group, path] = total

    return integrate


def prepare(problem: Problem, batch: int, registers: int) -> Simulate:
    groups = math.ceil(problem.schedules / registers)
    lr = np.pad(problem.relative_lr(), [(0, 0), (0, groups * registers - problem.schedules)])
    lr = lr.reshape(problem.steps, groups, registers)
    tables = cuda.to_device(lr), cuda.to_device(lr**1.5)
    # Each group of schedules has its own copy of a path's generator, so that all of them share its numbers. The
    # generators run on from batch to batch.
    states = cuda.to_device(np.tile(create_xoroshiro128p_states(batch, elementary.SEED).copy_to_host(), groups))
    totals = cuda.device_array((groups, batch), np.float32)
    integrate = integrate_with({"hill": step_hill, "linear": step_linear}[problem.sde], registers)
    grid = (math.ceil(batch / THREADS_OF_A_BLOCK), groups)

    def simulate(_stream: int) -> np.ndarray:
        integrate[grid, THREADS_OF_A_BLOCK](*tables, problem.schedules, states, totals)
        return totals.copy_to_host().sum(axis=0) / problem.schedules

    return simulate


candidates = [{"batch": batch, "registers": registers} for batch in (2**14, 2**17) for registers in (4, 8, 16, 32)]
programs = {
    "plain": Program(prepare, [{"batch": options.paths, "registers": options.schedules}]),
    "tuned": Program(prepare, candidates),
}
measure(options, "Numba CUDA", numba.__version__, programs)
