"""The elementary SDEs as CUDA kernels in CuPy: see cupy_kernels.py.

Plain: all schedules in one thread, default flags. Tuned: K of them in its registers, fast mathematics.
"""

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Program, Simulate, measure

options = elementary.arguments()
if options.device == "cpu":
    elementary.skip("CuPy on a CPU (it runs on GPUs only)")

import math  # noqa: E402
from typing import Any  # noqa: E402

import cupy  # noqa: E402
import numpy as np  # noqa: E402
from cupy_kernels import PLAIN, TUNED  # noqa: E402

try:
    cupy.cuda.runtime.getDeviceCount()
except cupy.cuda.runtime.CUDARuntimeError as error:
    elementary.skip(f"CuPy ({error})")

THREADS_OF_A_BLOCK = 128


def macros(problem: Problem) -> tuple[str, ...]:
    floats = {"K_DT": K_DT, "LEVEL": LEVEL, "NOISE": NOISE}
    integers = {"SCHEDULES": problem.schedules, "HILL": int(problem.sde == "hill")}
    return (*(f"-D{name}={value}f" for name, value in floats.items()), *(f"-D{n}={v}" for n, v in integers.items()))


def launcher(problem: Problem, batch: int, kernel: Any, tables: list[cupy.ndarray], groups: int = 1) -> Simulate:
    """Of a kernel that gives the sums over groups of schedules."""
    grid = (math.ceil(batch / THREADS_OF_A_BLOCK), groups)
    totals = cupy.empty((groups, batch), cupy.float32)

    def simulate(stream: int) -> np.ndarray:
        scalars = np.int32(problem.steps), np.int32(batch), np.uint64(elementary.SEED), np.uint64(stream * batch)
        kernel(grid, (THREADS_OF_A_BLOCK,), (*tables, *scalars, totals))
        return cupy.asnumpy(totals.sum(axis=0) / problem.schedules)

    return simulate


def plain(problem: Problem, batch: int) -> Simulate:
    kernel = cupy.RawKernel(PLAIN, "integrate", options=macros(problem))
    return launcher(problem, batch, kernel, [cupy.asarray(problem.relative_lr())])


def tuned(problem: Problem, batch: int, registers: int) -> Simulate:
    groups = math.ceil(problem.schedules / registers)
    padding = groups * registers - problem.schedules
    lr = cupy.asarray(np.pad(problem.relative_lr(), [(0, 0), (0, padding)]))
    name = f"integrate<{registers}>"
    flags = ("--std=c++17", "--use_fast_math", *macros(problem))
    module = cupy.RawModule(code=TUNED, options=flags, name_expressions=[name])
    return launcher(problem, batch, module.get_function(name), [lr, lr**1.5], groups)


candidates = [
    {"batch": batch, "registers": registers} for batch in (2**14, 2**17, 2**20) for registers in (4, 8, 16, 32)
]
programs = {"plain": Program(plain, [{"batch": options.paths}]), "tuned": Program(tuned, candidates)}
measure(options, "CuPy", cupy.__version__, programs)
