"""Plain Monte Carlo in JAX: one jitted scan over the steps carries schedules x paths and draws its normals.

Plain: batches of one size, one after another, with JAX's default flags, which spread an operation over the cores.
Tuned: one square root a step, a batch on each core, and the size of it found by trying.
"""

import precision_problem
from precision_problem import NOISE, POWER, RATE, START, Problem, Subject

options = precision_problem.arguments(["monte-carlo"])

from collections.abc import Iterator  # noqa: E402
from typing import Any  # noqa: E402

import elementary  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from precision_measurement import Simulate, Solve, fastest, measure, monte_carlo  # noqa: E402

elementary.use_jax_device(jax, "cpu")

PLAIN_BATCH = 4096
BATCHES = [256, 512, 1024, 2048, 4096, 8192]
TRIED_TARGET = 1e-4  # a tighter one is tuned by this


def plain_step(v: jax.Array, x: jax.Array, z: jax.Array) -> jax.Array:
    part = jnp.maximum(v, 0)
    return v - RATE * x * part**POWER + jnp.sqrt(NOISE * x**2 * part) * z


def tuned_step(v: jax.Array, x: jax.Array, z: jax.Array) -> jax.Array:
    part = jnp.maximum(v, 0)
    return v - x * jnp.sqrt(part) * (RATE * part - NOISE**0.5 * z)


def simulation(problem: Problem, batch: int, step: Any) -> Simulate:
    x = jnp.asarray(problem.relative_lr[:, :, None])

    @jax.jit
    def integrate(x: jax.Array, key: jax.Array) -> jax.Array:
        def advance(v: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
            i, x_now = now
            z = jax.random.normal(jax.random.fold_in(key, i), (batch,))
            return step(v, x_now, z), None

        start = jnp.full((problem.schedules, batch), START, jnp.float32)
        v, _ = jax.lax.scan(advance, start, (jnp.arange(problem.steps), x))
        return v

    key = jax.random.key(elementary.SEED)
    return lambda stream: np.asarray(integrate(x, jax.random.fold_in(key, stream)))


def plain(problem: Problem, _target: float) -> Solve:
    return monte_carlo(problem, simulation(problem, PLAIN_BATCH, plain_step), 1)


def tuned(problem: Problem, target: float) -> Solve:
    def candidates() -> Iterator[tuple[dict[str, Any], Solve]]:
        for batch in BATCHES:
            yield {"batch": batch}, monte_carlo(problem, simulation(problem, batch, tuned_step), options.threads)

    return fastest(candidates(), max(target, TRIED_TARGET))


problem = precision_problem.read_table(options.table)
solver = {"plain": plain, "tuned": tuned}[options.style]
measure(options, Subject("JAX", jax.__version__, "Monte Carlo"), lambda target: solver(problem, target), power=2)
