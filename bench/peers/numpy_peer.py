"""The elementary SDEs in NumPy: arrays of schedules x paths.

Plain: of all paths, by expressions. Tuned: of as many as fit in a core's cache, updated in place; a faster generator.
"""

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Program, Simulate, Workers, batch_sizes, measure

options = elementary.arguments()
if options.device == "gpu":
    elementary.skip("NumPy (it runs on CPUs only)")

import numpy as np  # noqa: E402


def hill(v: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    g, l, part = K_DT * x, LEVEL * x, np.maximum(v, 0)
    return v + g * (l - part) + np.sqrt(NOISE * g * l * part) * z


def linear(v: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    g, l = K_DT * x, LEVEL * x
    return v + g * (l - v) + l * np.sqrt(NOISE * g) * z


def plain(problem: Problem, batch: int) -> Simulate:
    x = problem.relative_lr()[:, :, None]
    step = {"hill": hill, "linear": linear}[problem.sde]

    def simulate(stream: int) -> np.ndarray:
        random = np.random.default_rng([elementary.SEED, stream])
        v = np.full((problem.schedules, batch), LEVEL, np.float32)
        for x_now in x:
            v = step(v, x_now, random.standard_normal(batch, dtype=np.float32))
        return v.mean(axis=0)

    return simulate


def integrate_hill(x: np.ndarray, v: np.ndarray, random: np.random.Generator) -> None:
    rate, target = K_DT * x, K_DT * LEVEL * x**2
    scale = np.sqrt(NOISE * target)
    part, noise, z = np.empty_like(v), np.empty_like(v), np.empty(v.shape[1], np.float32)
    for i in range(len(x)):
        random.standard_normal(dtype=np.float32, out=z)
        np.maximum(v, 0, out=part)
        np.sqrt(part, out=noise)
        noise *= scale[i]
        noise *= z
        part *= rate[i]
        v -= part
        v += noise
        v += target[i]


def integrate_linear(x: np.ndarray, v: np.ndarray, random: np.random.Generator) -> None:
    keep, target, scale = 1 - K_DT * x, K_DT * LEVEL * x**2, LEVEL * x * np.sqrt(NOISE * K_DT * x)
    noise, z = np.empty_like(v), np.empty(v.shape[1], np.float32)
    for i in range(len(x)):
        random.standard_normal(dtype=np.float32, out=z)
        np.multiply(scale[i], z, out=noise)
        noise += target[i]
        v *= keep[i]
        v += noise


def tuned(problem: Problem, batch: int) -> Simulate:
    x = problem.relative_lr()[:, :, None]
    integrate = {"hill": integrate_hill, "linear": integrate_linear}[problem.sde]

    def simulate(stream: int) -> np.ndarray:
        v = np.full((problem.schedules, batch), LEVEL, np.float32)
        integrate(x, v, np.random.Generator(np.random.SFC64([elementary.SEED, stream])))
        return v.mean(axis=0)

    return simulate


batches = [{"batch": batch} for batch in batch_sizes(options.schedules, range(13, 20))]
programs = {
    "plain": Program(plain, [{"batch": options.paths}]),
    "tuned": Program(tuned, batches, Workers.PROCESSES),
}
measure(options, "NumPy", np.__version__, programs)
