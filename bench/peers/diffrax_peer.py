"""The elementary SDEs in diffrax: a solve per path, whose state is its schedules and whose noise is scalar, vmapped.

Plain: as in diffrax's own example of an SDE, on chunks of paths. Tuned, by what suits fixed steps without gradients:
UnsafeBrownianPath, which draws a fresh normal at every step (the usual VirtualBrownianTree descends a tree instead,
and is many times slower); ForwardMode, which keeps nothing for a backward pass; and errors not checked inside the loop.
"""

import os
from collections.abc import Callable
from typing import Any

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Prepare, Program, Simulate, batch_sizes, measure

options = elementary.arguments()
if options.style == "tuned":
    os.environ["EQX_ON_ERROR"] = "nan"  # read when Equinox is imported

import diffrax  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

elementary.use_jax_device(jax, options.device)


CHUNK = 4096  # paths of the plain style: it bounds the memory
HALF_A_STEP = 0.5


def terms(problem: Problem, brownian: diffrax.AbstractBrownianPath) -> diffrax.MultiTerm:
    """Drift and noise. Time counts steps."""
    slope = (jnp.arange(problem.schedules) + 1) / (problem.schedules * problem.steps)

    def drift(step: jax.Array, v: jax.Array, _: None) -> jax.Array:
        x = 1 - slope * step
        return K_DT * x * (LEVEL * x - (jnp.maximum(v, 0) if problem.sde == "hill" else v))

    def hill_noise(step: jax.Array, v: jax.Array, _: None) -> jax.Array:
        return (1 - slope * step) * jnp.sqrt(NOISE * K_DT * LEVEL * jnp.maximum(v, 0))

    def linear_noise(step: jax.Array, v: jax.Array, _: None) -> jax.Array:
        x = 1 - slope * step
        return LEVEL * x * jnp.sqrt(NOISE * K_DT * x)

    noise = {"hill": hill_noise, "linear": linear_noise}[problem.sde]
    return diffrax.MultiTerm(diffrax.ODETerm(drift), diffrax.ControlTerm(noise, brownian))


def plain_path(problem: Problem, key: jax.Array) -> dict[str, Any]:
    return {"terms": terms(problem, diffrax.VirtualBrownianTree(0.0, float(problem.steps), HALF_A_STEP, (), key))}


def tuned_path(problem: Problem, key: jax.Array) -> dict[str, Any]:
    return {
        "terms": terms(problem, diffrax.UnsafeBrownianPath((), key)),
        "adjoint": diffrax.ForwardMode(),
        "throw": False,
    }


def prepare_with(arguments_of_path: Callable[[Problem, jax.Array], dict[str, Any]]) -> Prepare:
    def prepare(problem: Problem, batch: int) -> Simulate:
        def average_of_path(key: jax.Array) -> jax.Array:
            solution = diffrax.diffeqsolve(
                solver=diffrax.Euler(),
                t0=0.0,
                t1=float(problem.steps),
                dt0=1.0,
                y0=jnp.full(problem.schedules, LEVEL),
                saveat=diffrax.SaveAt(t1=True),
                max_steps=problem.steps,
                **arguments_of_path(problem, key),
            )
            return solution.ys[0].mean()

        @jax.jit
        def integrate(key: jax.Array) -> jax.Array:
            return jax.vmap(average_of_path)(jax.random.split(key, batch))

        key = jax.random.key(elementary.SEED)
        return lambda stream: np.asarray(integrate(jax.random.fold_in(key, stream)))

    return prepare


powers = range(20, 27, 2) if options.device == "gpu" else range(13, 20)
batches = [{"batch": batch} for batch in batch_sizes(options.schedules, powers)]
programs = {
    "plain": Program(prepare_with(plain_path), [{"batch": CHUNK}]),
    "tuned": Program(prepare_with(tuned_path), batches),
}
measure(options, "diffrax", diffrax.__version__, programs)
