"""The kernels' loops, how often each runs, and the bound on speed that follows.

Everything is counted for one warp and one slab of time (kernels/ensemble_tile.hpp): it draws a part of the slab's
random numbers, copies a part of its coefficients, then moves K schedules of 32 P paths through all of its blocks of
time. The request is a plain one: each block of time has random numbers of its own, and nothing is projected. What
happens once a recording or once a launch is left out, and so are waits: a bound is what no order of the same
instructions can exceed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from roofline.code import Instruction, Loop, loop_tree
from roofline.pipes import WARP, Cost, cost, words
from roofline.way import plain_way

SLAB_BLOCKS = 8  # kSlabBlocks
WARPS = 4  # kMostWarps
# Bytes of a schedule's coefficients for one block of time, D::Coefficients.
ROW_BYTES = {"CalmDynamics": 32, "SpikedDynamics": 48, "LinearMode": 48, "SquareRootHill": 48}
SPIKE_VARIATES = 3  # of a path with spikes: they are no states of the model
REGISTERS, SHARED_BYTES, RESERVED_BYTES, MOST_WARPS = 65_536, 233_472, 1_024, 64  # of an SM of sm_90

_PRODUCT = re.compile(r"IMAD\.(WIDE|HI)\.U32")


@dataclass
class Kernel:
    """What a kernel's machine code says of one unit of work of one warp."""

    name: str
    unit: str  # of work
    work: float  # in the unit
    parts: dict[str, Cost]
    shared_bytes: int = 0  # of a block of threads
    registers: int | None = None
    spilled_bytes: int | None = None
    notes: list[str] = field(default_factory=list)

    def total(self) -> Cost:
        sum_of_parts = Cost()
        for part in self.parts.values():
            sum_of_parts.add(part)
        return sum_of_parts

    def bound(self, sms: int, clock: float) -> float:
        total = self.total()
        return sms * clock * self.work / total.clocks[total.binding()]

    def resident_warps(self) -> int | None:
        """Of an SM, as far as registers and shared memory allow."""
        if self.registers is None:
            return None
        by_registers = REGISTERS // (-(-self.registers // 8) * 8 * WARP * WARPS)
        by_shared = SHARED_BYTES // (self.shared_bytes + RESERVED_BYTES)
        return min(MOST_WARPS, WARPS * min(by_registers, by_shared))


def cost_of(instructions: Iterable[Instruction], times: float = 1.0) -> Cost:
    total = Cost()
    for instruction in instructions:
        total.add(cost(instruction), times)
    return total


def products(loop: Loop) -> int:
    """Wide multiplications: Philox has 20 a block, of which a compiler lifts up to five out of a loop over paths."""
    return sum(1 for i in loop.all() if _PRODUCT.match(i.opcode))


def draws(loop: Loop) -> bool:
    return products(loop) >= 15


def is_draw(item: Instruction | Loop) -> bool:
    return draws(item) if isinstance(item, Loop) else bool(_PRODUCT.match(item.opcode))


def projects(loop: Loop) -> bool:
    """Adds weights in global memory x variates in shared memory."""
    return {"LDG", "LDS", "FFMA"} <= {i.name for i in loop.all()}


def size(loop: Loop) -> int:
    return sum(1 for _ in loop.all())


def draw_passes(loop: Loop, paths: int) -> float:
    """How often a loop over the paths of a lane runs: once for each, or less where the compiler has unrolled it."""
    blocks = -(-products(loop) // 20)
    return max(1.0, paths / blocks) if blocks else 1.0


def stored_words(instructions: Iterable[Instruction]) -> int:
    return sum(words(i.opcode) for i in instructions if i.name == "STS")


def forward_branches(loop: Loop) -> tuple[int, int]:
    """Conditional work in a loop: its branches, and how many instructions they can skip."""
    code = sorted(loop.all(), key=lambda i: i.address)
    skips = [(i.address, i.target() or 0) for i in code if i.name == "BRA" and (i.target() or 0) > i.address]
    skipped = {i.address for i in code for first, last in skips if first < i.address < last}
    return len(skips), len(skipped)


def short_name(dynamics: str) -> str:
    scheme = {"0": ", euler", "1": ", exact"}
    match = re.match(r"(\w+)<(?:(\w+), \(Scheme\)(\d), )?(\w+)Math>", dynamics)
    if not match:
        return dynamics
    model, chosen = match[2] or match[1], scheme.get(match[3], "")
    return f"{model}{chosen}, {match[4].lower()}{', spikes' if match[1].startswith('Spiked') else ''}"


def ensemble(demangled: str, code: list[Instruction]) -> Kernel:
    plain = re.sub(r"\w+::|\(anonymous namespace\)::", "", demangled)
    match = re.search(r"ensemble_kernel<(.*), (\d+), (\d+)>\(", plain)
    if not match:
        raise ValueError(f"{demangled} is no ensemble_kernel<D, K, P> (other template arguments) adapt kernels.py")
    dynamics, schedules, paths = match[1], int(match[2]), int(match[3])
    slabs = [x for x in loop_tree(code).below() if draws(x) and any(i.name == "BAR" for i in x.own)]
    moves = [x for x in slabs[-1].inner if not draws(x)] if slabs else []
    if not moves:
        raise ValueError(f"{demangled} has no loop over slabs (the code is cut otherwise) adapt kernels.py")
    slab, step = slabs[-1], max(moves, key=size)

    draw_cost, stores = Cost(), 0.0
    for loop in filter(draws, slab.inner):
        drawing = plain_way(loop, is_draw)
        draw_cost.add(cost_of(drawing.own))
        stores += stored_words(drawing.own)
        for inner in drawing.inner:
            passes = draw_passes(inner, paths)
            draw_cost.add(cost_of(inner.all()), passes)
            stores += passes * stored_words(inner.all())
    variates = round(stores / paths)

    # The variates differ from lane to lane; all other loads are coefficients, the same for the whole warp.
    step_cost = cost_of(step.all())
    loaded = sum(words(i.opcode) for i in step.all() if i.name == "LDS")
    step_cost.clocks["shared"] = variates * paths + (loaded - variates * paths) / 2

    row = ROW_BYTES[dynamics.partition("<")[0]]
    plain = plain_way(slab, lambda item: isinstance(item, Loop), lambda loop: loop is not step and projects(loop))
    rest = cost_of(plain.own)
    for loop in plain.inner:
        if loop is not step and not draws(loop):
            copied = 4 * WARP * max(1, stored_words(loop.all()))  # bytes a pass
            rest.add(cost_of(loop.all()), -(-schedules * SLAB_BLOCKS * row // copied))

    parts = {"step": Cost(), "draw": Cost(), "rest": rest}
    parts["step"].add(step_cost, SLAB_BLOCKS)
    parts["draw"].add(draw_cost, SLAB_BLOCKS / WARPS)
    states = variates - (SPIKE_VARIATES if dynamics.startswith("Spiked") else 0)
    name = f"{short_name(dynamics)}, {schedules} x {paths}"
    kernel = Kernel(name, "path-steps", SLAB_BLOCKS * WARP * paths * schedules * states, parts)
    branches, skipped = forward_branches(step)
    if branches:
        kernel.notes.append(f"{branches} branches in the step loop, around {skipped} of its {size(step)} instructions")
    kernel.notes += loop_notes(slab)
    kernel.shared_bytes = SLAB_BLOCKS * (4 * variates * WARP * paths + row * WARPS * schedules)
    return kernel


def normals(demangled: str, code: list[Instruction]) -> Kernel:
    loops = [x for x in loop_tree(code).below() if draws(x)]
    if not loops:
        raise ValueError(f"{demangled} has no loop that draws (the code is cut otherwise) adapt kernels.py")
    loop = loops[-1]
    math = re.search(r"(\w+)Math>", demangled)
    blocks = -(-products(loop) // 20)
    name = f"normals, {math[1].lower() if math else demangled}"
    return Kernel(name, "variates", 4 * blocks * WARP, {"draw": cost_of(loop.all())}, notes=loop_notes(loop))


def loop_notes(loop: Loop) -> list[str]:
    calls = sum(1 for i in loop.all() if i.name == "CALL")
    local = sum(1 for i in loop.all() if i.name in {"LDL", "STL"})
    found = [(calls, "calls of slow paths"), (local, "accesses to local memory")]
    return [f"{count} {what} in the loop over time" for count, what in found if count]


def analyse(demangled: str, code: list[Instruction]) -> Kernel | None:
    """Nothing for functions that are neither kind of kernel."""
    if "ensemble_kernel<" in demangled:
        return ensemble(demangled, code)
    return normals(demangled, code) if "normals_kernel<" in demangled else None
