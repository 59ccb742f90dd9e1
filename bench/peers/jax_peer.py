"""The elementary SDEs in JAX: one jitted scan over the steps carries schedules x paths and draws its normals.

Plain: all paths at once, with JAX's default flags and generator. Tuned: with the batch, generator, unrolling and
environment that suit the device.
"""

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Program, Simulate, batch_sizes, measure

options = elementary.arguments()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

elementary.use_jax_device(jax, options.device)


def hill(v: jax.Array, x: jax.Array, z: jax.Array) -> jax.Array:
    g, l, part = K_DT * x, LEVEL * x, jnp.maximum(v, 0)
    return v + g * (l - part) + jnp.sqrt(NOISE * g * l * part) * z


def linear(v: jax.Array, x: jax.Array, z: jax.Array) -> jax.Array:
    g, l = K_DT * x, LEVEL * x
    return v + g * (l - v) + l * jnp.sqrt(NOISE * g) * z


def prepare(problem: Problem, batch: int, generator: str = "threefry2x32", unroll: int = 1) -> Simulate:
    x = jnp.asarray(problem.relative_lr()[:, :, None])
    step = {"hill": hill, "linear": linear}[problem.sde]

    @jax.jit
    def integrate(x: jax.Array, key: jax.Array) -> jax.Array:
        def advance(v: jax.Array, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
            i, x_now = now
            z = jax.random.normal(jax.random.fold_in(key, i), (batch,))
            return step(v, x_now, z), None

        start = jnp.full((problem.schedules, batch), LEVEL, jnp.float32)
        v, _ = jax.lax.scan(advance, start, (jnp.arange(problem.steps), x), unroll=unroll)
        return v.mean(axis=0)

    key = jax.random.key(elementary.SEED, impl=generator)
    return lambda stream: np.asarray(integrate(x, jax.random.fold_in(key, stream)))


if options.device == "gpu":
    generators, unrolls, powers = ["threefry2x32", "rbg"], [1, 8], range(20, 27, 2)
else:
    generators, unrolls, powers = ["threefry2x32"], [1], range(13, 20)  # rbg and unrolling are slower on CPUs
candidates = [
    {"batch": batch, "generator": generator, "unroll": unroll}
    for batch in batch_sizes(options.schedules, powers)
    for generator in generators
    for unroll in unrolls
]
programs = {"plain": Program(prepare, [{"batch": options.paths}]), "tuned": Program(prepare, candidates)}
measure(options, "JAX", jax.__version__, programs)
