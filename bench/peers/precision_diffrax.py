"""Plain Monte Carlo in diffrax: a solve per path, whose state is its schedules and whose noise is scalar, vmapped.

Plain: as in diffrax's own example of an SDE, in batches of one size. Tuned: as in diffrax_peer.py, with a batch on each
core, and the size of it found by trying.
"""

import os

import precision_problem
from precision_problem import NOISE, POWER, RATE, START, Problem, Subject

options = precision_problem.arguments(["monte-carlo"])
if options.style == "tuned":
    os.environ["EQX_ON_ERROR"] = "nan"  # read when Equinox is imported

from collections.abc import Callable, Iterator  # noqa: E402
from typing import Any  # noqa: E402

import diffrax  # noqa: E402
import elementary  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from precision_measurement import Simulate, Solve, fastest, measure, monte_carlo  # noqa: E402

elementary.use_jax_device(jax, "cpu")

PLAIN_BATCH = 4096
BATCHES = [256, 512, 1024, 2048, 4096, 8192]
TRIED_TARGET = 1e-4  # a tighter one is tuned by this
HALF_A_STEP = 0.5


def terms(problem: Problem, brownian: diffrax.AbstractBrownianPath) -> diffrax.MultiTerm:
    """Drift and noise. Time counts steps."""
    table = jnp.asarray(problem.relative_lr)

    def x(step: jax.Array) -> jax.Array:
        return table[step.astype(int)]

    def plain_drift(step: jax.Array, v: jax.Array, _: None) -> jax.Array:
        return -RATE * x(step) * jnp.maximum(v, 0) ** POWER

    def tuned_drift(step: jax.Array, v: jax.Array, _: None) -> jax.Array:
        part = jnp.maximum(v, 0)
        return -RATE * x(step) * part * jnp.sqrt(part)

    def noise(step: jax.Array, v: jax.Array, _: None) -> jax.Array:
        return NOISE**0.5 * x(step) * jnp.sqrt(jnp.maximum(v, 0))

    drift = {"plain": plain_drift, "tuned": tuned_drift}[options.style]
    return diffrax.MultiTerm(diffrax.ODETerm(drift), diffrax.ControlTerm(noise, brownian))


def plain_path(problem: Problem, key: jax.Array) -> dict[str, Any]:
    return {"terms": terms(problem, diffrax.VirtualBrownianTree(0.0, float(problem.steps), HALF_A_STEP, (), key))}


def tuned_path(problem: Problem, key: jax.Array) -> dict[str, Any]:
    return {
        "terms": terms(problem, diffrax.UnsafeBrownianPath((), key)),
        "adjoint": diffrax.ForwardMode(),
        "throw": False,
    }


ArgumentsOfPath = Callable[[Problem, jax.Array], dict[str, Any]]


def simulation(problem: Problem, batch: int, arguments_of_path: ArgumentsOfPath) -> Simulate:
    def end_of_path(key: jax.Array) -> jax.Array:
        solution = diffrax.diffeqsolve(
            solver=diffrax.Euler(),
            t0=0.0,
            t1=float(problem.steps),
            dt0=1.0,
            y0=jnp.full(problem.schedules, START),
            saveat=diffrax.SaveAt(t1=True),
            max_steps=problem.steps,
            **arguments_of_path(problem, key),
        )
        return solution.ys[0]

    @jax.jit
    def integrate(key: jax.Array) -> jax.Array:
        return jax.vmap(end_of_path, out_axes=1)(jax.random.split(key, batch))

    key = jax.random.key(elementary.SEED)
    return lambda stream: np.asarray(integrate(jax.random.fold_in(key, stream)))


def plain(problem: Problem, _target: float) -> Solve:
    return monte_carlo(problem, simulation(problem, PLAIN_BATCH, plain_path), 1)


def tuned(problem: Problem, target: float) -> Solve:
    def candidates() -> Iterator[tuple[dict[str, Any], Solve]]:
        for batch in BATCHES:
            yield {"batch": batch}, monte_carlo(problem, simulation(problem, batch, tuned_path), options.threads)

    return fastest(candidates(), max(target, TRIED_TARGET))


problem = precision_problem.read_table(options.table)
solver = {"plain": plain, "tuned": tuned}[options.style]
measure(options, Subject("diffrax", diffrax.__version__, "Monte Carlo"), lambda target: solver(problem, target), 2)
