"""The elementary SDEs, and what all peers share: arguments, tables, exact mean, ways to give up.

S schedules x P paths x T steps in FP32. Schedule s has the relative LR x = 1 - (s + 1) / S * i / T at step i; with
g = K_DT x and l = LEVEL x a path starts at v = LEVEL and moves on normals z that all its schedules share:

    hill     v <- v + g (l - max(v, 0)) + sqrt(NOISE g l max(v, 0)) z
    linear   v <- v + g (l - v)         + l sqrt(NOISE g) z

Each peer is written in two styles. Plain is what a user writes who knows the system from its documentation: arrays of
all paths, default flags, nothing chosen for a machine; the system itself may use several cores. Tuned is the fastest
that its author could make it: batches that fit in a cache, one for each core, and settings found by trying them.

A peer imports its own system only after `arguments()`, which limits this process to --threads cores.
"""

import argparse
import math
import os
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

K_DT = 0.05
LEVEL = 0.1
NOISE = 4 / 40

SEED = 1
STYLES = ["plain", "tuned"]
EXIT_SKIPPED = 77
ALLOWED_STANDARD_ERRORS = 4.5
ALLOWED_ROUNDING = 2e-6  # of FP32, over a run


@dataclass(frozen=True)
class Problem:
    sde: str
    schedules: int
    paths: int
    steps: int

    def relative_lr(self) -> np.ndarray:
        """x as (steps, schedules)."""
        part = np.arange(1, self.schedules + 1) / self.schedules
        return (1 - np.arange(self.steps)[:, None] / self.steps * part).astype(np.float32)

    def exact_mean(self) -> float:
        """E v(T), averaged over the schedules; the hill's too, whose truncation is practically never reached."""
        mean = np.full(self.schedules, LEVEL)
        part = np.arange(1, self.schedules + 1) / self.schedules
        for step in range(self.steps):
            x = 1 - part * step / self.steps
            mean += K_DT * x * (LEVEL * x - mean)
        return float(mean.mean())


def fail(message: str) -> NoReturn:
    sys.exit(f"error: {message}")


def skip(reason: str) -> NoReturn:
    print(f"SKIPPED: {reason}", file=sys.stderr)
    sys.exit(EXIT_SKIPPED)


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive (it counts something) give at least 1")
    return value


def parser(**about: Any) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter, **about)
    parser.add_argument("--sde", choices=["hill", "linear"], default="hill")
    parser.add_argument("--schedules", type=positive, default=64)
    parser.add_argument("--paths", type=positive, default=16384, help="rounded up to whole batches")
    parser.add_argument("--steps", type=positive, default=1024)
    parser.add_argument("--repeats", type=positive, default=3)
    parser.add_argument("--threads", type=positive, default=1, help="cores to use, on a CPU")
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--budget", type=float, default=math.inf, help="seconds a repeat may take; fewer paths if not")
    return parser


def arguments() -> argparse.Namespace:
    """Of a peer."""
    command = parser()
    command.add_argument("--style", choices=STYLES, default="tuned")
    options = command.parse_args()
    if options.device == "cpu":
        use_cores(options.threads)
        if options.style == "tuned":
            tune_environment()
    return options


def use_cores(count: int) -> None:
    """Limits this process to some of its cores; systems start as many threads by default."""
    cores = sorted(os.sched_getaffinity(0))
    if count > len(cores):
        fail(f"--threads {count} is too many (this process may use {len(cores)} cores) give at most that")
    os.sched_setaffinity(0, cores[:count])


def tune_environment() -> None:
    """Each core works on its own batch, so no system is to start threads."""
    os.environ["OMP_NUM_THREADS"] = "1"
    # XLA uses half of an AVX-512 register unless told.
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false --xla_cpu_prefer_vector_width=512"


def use_jax_device(jax: ModuleType, device: str) -> None:
    try:
        jax.config.update("jax_default_device", jax.devices(device)[0])
    except RuntimeError as error:
        skip(f"JAX on a {device} ({str(error).splitlines()[0]})")
