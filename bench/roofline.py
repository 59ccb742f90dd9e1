#!/usr/bin/env python3
"""Names the pipe that binds each CUDA kernel, from its own machine code, and the speed that the pipe allows.

    bench/roofline.py BUILD                  all kernels of a build folder
    bench/roofline.py FILE.o FILE.cu ...     those of object files, cubins or CUDA sources

No GPU is needed. The bound is what the instructions' pipes allow if nothing ever waits; a kernel runs below it.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from roofline import kernels, self_test, toolchain
from roofline.kernels import Kernel
from roofline.pipes import WARP

PIPES = ["issue", "FMA", "IMAD", "ALU", "XU", "shared"]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="INPUT")
    parser.add_argument("--sms", type=int, default=132, help="multiprocessors (132, an H200)")
    parser.add_argument("--clock", type=float, default=1.98, help="GHz (1.98, an H200 at its highest)")
    parser.add_argument("--disassembler", type=Path, metavar="PATH", help="cuobjdump, or its folder with nvdisasm")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--self-test", action="store_true", help="count made-up machine code, and nothing else")
    chosen = parser.parse_args()
    if not chosen.inputs and not chosen.self_test:
        parser.error("no input (nothing says what to count) name a build folder or files")
    return chosen


def kernels_of(paths: list[Path], disassembler: Path | None) -> list[Kernel]:
    found = []
    for name, function in toolchain.functions(paths, disassembler).items():
        kernel = kernels.analyse(name, function.code)
        if kernel:
            if function.used:
                kernel.registers, kernel.spilled_bytes = function.used
            found.append(kernel)
    return sorted(found, key=lambda kernel: kernel.name)


def report(kernel: Kernel, sms: int, clock: float) -> dict[str, Any]:
    total = kernel.total()
    busiest = total.clocks[total.binding()]
    return {
        "kernel": kernel.name,
        "unit": kernel.unit,
        "bound_per_second": kernel.bound(sms, clock),
        "binding_pipe": total.binding(),
        "busy": {pipe: clocks / busiest for pipe, clocks in total.clocks.items()},
        "instructions_per_unit": WARP * total.instructions / kernel.work,
        "share": {part: cost.instructions / total.instructions for part, cost in kernel.parts.items()},
        "registers": kernel.registers,
        "spilled_bytes": kernel.spilled_bytes,
        "resident_warps": kernel.resident_warps(),
        "notes": kernel.notes,
    }


def percent(x: float | None) -> str:
    return "" if x is None else f"{100 * x:.0f}"


def print_table(rows: list[dict[str, Any]]) -> None:
    shares = ["draw", "step", "rest"]
    head = ["kernel", "bound/s", "binds", *[f"{p} %" for p in PIPES], "instr", *[f"{s} %" for s in shares]]
    lines = [[*head, "regs", "spill", "warps"]]
    for r in rows:
        known = ["?" if r[key] is None else str(r[key]) for key in ("registers", "spilled_bytes", "resident_warps")]
        busy = [percent(r["busy"].get(pipe)) for pipe in PIPES]
        parts = [percent(r["share"].get(part)) for part in shares]
        bound, instructions = f"{r['bound_per_second']:.2e}", f"{r['instructions_per_unit']:.2f}"
        lines.append([r["kernel"], bound, r["binding_pipe"], *busy, instructions, *parts, *known])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(
        "\nbound/s: path-steps a second (normals: variates). Pipes: how busy when the binding one is always busy."
        "\ninstr: a path-step. draw, step, rest: shares of the instructions. warps: resident on a multiprocessor."
    )
    for r in rows:
        for note in r["notes"]:
            print(f"{r['kernel']}: {note}")


def main() -> int:
    chosen = options()
    if chosen.self_test:
        return self_test.run()
    try:
        found = kernels_of(chosen.inputs, toolchain.find_disassembler(chosen.disassembler))
    except (toolchain.Failure, ValueError) as failure:
        print(failure, file=sys.stderr)
        return 1
    rows = [report(kernel, chosen.sms, 1e9 * chosen.clock) for kernel in found]
    if chosen.json:
        print(json.dumps({"sms": chosen.sms, "clock_ghz": chosen.clock, "kernels": rows}, indent=2))
    else:
        print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
