"""Quasi-Monte Carlo and multilevel methods of QMCPy: precision_qmcpy_plain.py and precision_qmcpy_tuned.py."""

import os

# Read when NumPy is imported. Each core has its own work or, in the plain style, there is one core's work only.
os.environ["OMP_NUM_THREADS"] = "1"

import precision_problem  # noqa: E402
from precision_problem import Subject  # noqa: E402

METHODS = {
    "qmc": "quasi-Monte Carlo",
    "mlmc": "multilevel Monte Carlo",
    "mlqmc": "multilevel quasi-Monte Carlo",
}
# What an answer costs grows as this power of 1 / target, at most.
POWERS = {"qmc": 1.25, "mlmc": 2.0, "mlqmc": 1.25}

options = precision_problem.arguments(list(METHODS))

import precision_qmcpy_plain  # noqa: E402
import precision_qmcpy_tuned  # noqa: E402
import qmcpy  # noqa: E402
from precision_measurement import Solve, measure  # noqa: E402


def solver(target: float) -> Solve:
    if options.style == "plain":
        return precision_qmcpy_plain.prepare(problem, options.method)
    return precision_qmcpy_tuned.prepare(problem, options.method, options.threads, target)


problem = precision_problem.read_table(options.table)
measure(options, Subject("QMCPy", qmcpy.__version__, METHODS[options.method]), solver, POWERS[options.method])
