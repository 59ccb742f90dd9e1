#!/usr/bin/env python3
"""Prints what bench/gpu.sh measured, beside the targets and the bounds counted from the machine code.

    bench/gpu_report.py FOLDER      of the JSON files that gpu.sh wrote
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    file: str  # FILE-MATH.json
    kernel: str  # as roofline.py names it, with MATH in place of the mode
    targets: dict[str, float]  # a second, on an H200, by mode; 0.75 is a share of the bound


CASES = [
    Case("normals", "normals, MATH", {"fast": 1.4e12, "reproducible": 0.75}),
    Case("linear", "LinearMode, MATH, 16 x 4", {"fast": 7.5e12, "reproducible": 4e12}),
    Case("hill", "SquareRootHill, MATH, 8 x 4", {"fast": 3.0e12, "reproducible": 1.8e12}),
    Case("adamw-exact-moments", "AdamW, exact, MATH, 4 x 1", {"fast": 0.75, "reproducible": 0.75}),
    Case("adamw-euler", "AdamW, euler, MATH, 4 x 1", {"fast": 0.75, "reproducible": 0.75}),
]


def rate_and_seconds(measured: dict[str, Any]) -> tuple[float, float]:
    """Of a report of bench_elementary or bench_throughput; the engine's own time where there is one."""
    if "runs" not in measured:
        return measured["path_steps_per_second"], measured["seconds"]
    seconds = measured["runs"][0]["engine_seconds"]
    return measured["path_steps"] / seconds, seconds


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    bounds: dict[str, dict[str, Any]] = {}
    counted = folder / "bounds.json"
    if counted.exists() and counted.stat().st_size > 0:
        bounds = {kernel["kernel"]: kernel for kernel in json.loads(counted.read_text())["kernels"]}
    row = "{:<20} {:<13} {:>11} {:>9} {:>11} {:>7} {:>6}  {:<16} {}"
    print(row.format("case", "math", "a second", "seconds", "bound", "binds", "share", "target", "verdict"))
    for case in CASES:
        for math, target in case.targets.items():
            rate, seconds = rate_and_seconds(json.loads((folder / f"{case.file}-{math}.json").read_text()))
            bound = bounds.get(case.kernel.replace("MATH", math))
            share = rate / bound["bound_per_second"] if bound else None
            of_bound = target <= 1
            reached = share if of_bound else rate
            verdict = "unknown" if reached is None else "met" if reached >= target else "MISSED"
            print(
                row.format(
                    case.file,
                    math,
                    f"{rate:.2e}",
                    f"{seconds:.4f}",
                    f"{bound['bound_per_second']:.2e}" if bound else "?",
                    bound["binding_pipe"] if bound else "?",
                    f"{share:.0%}" if share is not None else "?",
                    f"{target:.0%} of the bound" if of_bound else f"{target:.2e}",
                    verdict,
                )
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
