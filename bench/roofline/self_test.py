"""Counts made-up machine code whose sums are done by hand here."""

from roofline import code, kernels, pipes, ptx
from roofline.kernels import Kernel

NAME = "ensemble_kernel<LinearMode<FastMath>, 2, 2>(EnsembleArguments)"

# A kernel that draws 4 variates a path with one Philox block and moves 2 schedules of 2 paths through 4 steps a block.
# "@label" marks a place, "BRA label" goes there.
PHILOX = ["IMAD.WIDE.U32 R2, R2, -0x2daee0ad, RZ"] * 18
FILL = ["BAR.SYNC 0x0", "@copy", "LDG.E.128 R4, [R2]", "STS.128 [R3], R4", "@P0 BRA copy"]
DRAW = ["@draw", "IADD3 R1, R1, 0x1, RZ", "@paths", *PHILOX, *["MUFU.LG2 R4, R4"] * 8, *["STS [R5], R4"] * 4]
STEP = ["@step", *["LDS.64 R6, [R5]"] * 4, *["LDS.128 R8, [R9]"] * 6, *["FFMA R6, R8, R6, R10"] * 32, "@!P0 BRA step"]
# The same draws for a block that covers two finer ones: half of each variate, then the other half. And projections.
HALF = ["@first", *PHILOX, *["MUFU.LG2 R4, R4"] * 8, *["FMUL R4, R4, R7", "STS [R5], R4"] * 4, "@P1 BRA first"]
HALF += ["@P6 BRA latch", "@second", *PHILOX, *["MUFU.LG2 R4, R4"] * 8]
HALF += [*["LDS R6, [R5]", "FFMA R4, R4, R7, R6", "STS [R5], R4"] * 4, "@P1 BRA second", "BRA latch"]
PROJECT = ["@P7 BRA done", "MOV R1, RZ", "@project", "LDG.E R4, [R2]", "LDS R6, [R5]", "FFMA R8, R4, R6, R8"]
PROJECT += ["@P0 BRA project", "STG.E [R2], R8", "@done"]
KERNEL = ["@slab", *FILL, *DRAW, "@P1 BRA paths", "@P2 BRA draw", "BAR.SYNC 0x0", *STEP, "@P3 BRA slab", "EXIT"]
# With all variants, on either side of the branch that chooses.
WHOLE = [*DRAW[3:], "@P1 BRA paths"]
HALVES_FIRST = ["@P5 BRA paths", *HALF, "@paths", *WHOLE, "@latch", "@P2 BRA draw"]
WHOLE_FIRST = ["@P5 BRA first", "@paths", *WHOLE, "BRA latch", *HALF[:-1], "@latch", "@P2 BRA draw"]


def with_variants(draw: list[str]) -> list[str]:
    return ["@slab", *FILL, *DRAW[:2], *draw, "BAR.SYNC 0x0", *STEP, *PROJECT, "@P3 BRA slab", "EXIT"]


def sass(lines: list[str]) -> str:
    """In the form of cuobjdump."""
    labels: dict[str, int] = {}
    instructions: list[str] = []
    for line in lines:
        if line.startswith("@") and " " not in line:
            labels[line[1:]] = 16 * len(instructions)
        else:
            instructions.append(line)
    text = "\t\tFunction : made_up\n"
    for number, line in enumerate(instructions):
        before, _, label = line.rpartition(" ")
        line = f"{before} {labels[label]:#x}" if before.endswith("BRA") else line
        text += f"        /*{16 * number:04x}*/    {line} ;    /* 0x0000000000000000 */\n"
    return text


def kernel_of(lines: list[str]) -> Kernel | None:
    return kernels.analyse(NAME, code.functions(sass(lines))["made_up"])


def counts(lines: list[str]) -> tuple[float, ...]:
    """Work and instructions of a kernel."""
    kernel = kernel_of(lines)
    assert kernel
    return (kernel.work, *(kernel.parts[part].instructions for part in ("step", "draw", "rest")))


def complaint_about(lines: list[str]) -> str:
    try:
        kernel_of(lines)
    except ValueError as error:
        return str(error)
    return ""


def found() -> dict[str, object]:
    kernel = kernel_of(KERNEL)
    branchy = [*KERNEL[:-3], "@P4 BRA skip", "FADD R1, R1, R1", "@skip", *KERNEL[-3:]]
    noted = kernel_of(branchy)
    assert kernel and noted
    step, draw, rest = (kernel.parts[part] for part in ("step", "draw", "rest"))
    variants = [counts(with_variants(draw)) for draw in (HALVES_FIRST, WHOLE_FIRST)]
    ptx_code = ptx.functions(".visible .entry f(\n$L1:\n fma.rn.f32 %f1, %f1, %f2, %f3;\n @%p1 bra $L1;\n}")["f"]
    return {
        "pipe of FMNMX": pipes.lanes_taken("FMNMX"),
        "pipe of I2FP": pipes.lanes_taken("I2FP.F32.U32"),
        "pipes of a wide product": pipes.lanes_taken("IMAD.WIDE.U32"),
        "path-steps of a slab": kernel.work,
        "instructions of steps": step.instructions,
        "FMA clocks of steps": step.clocks["FMA"],
        "shared clocks of steps": step.clocks["shared"],
        "instructions of draws": draw.instructions,
        "XU clocks of draws": draw.clocks["XU"],
        "IMAD clocks of draws": draw.clocks["IMAD"],
        "instructions of the rest": rest.instructions,
        "binding pipe": kernel.total().binding(),
        "bound with one SM at 1 Hz": kernel.bound(1, 1.0),
        "with variants, whole last": variants[0],
        "with variants, whole first": variants[1],
        "notes": kernel.notes,
        "notes on a branch": noted.notes,
        "without barriers": complaint_about([line for line in KERNEL if "BAR" not in line])[-38:],
        "loops of PTX": [(i.opcode, i.target()) for i in ptx_code],
    }


def expected() -> dict[str, object]:
    blocks, of_warp = 8, 8 / 4
    draw = of_warp * (2 + 2 * (18 + 8 + 4 + 1))
    # One pass copies 512 bytes: 2 schedules x 8 blocks x 48 bytes are 2 passes.
    rest = 3 + 2 * 3
    shared = blocks * (8 + 24 / 2) + of_warp * 2 * 4 + 2 * 4
    work, step = blocks * 32 * 2 * 2 * 4, blocks * (4 + 6 + 32 + 1)
    # The branches that choose are passed, too: one before the draws, perhaps one after them, one before projections.
    with_variants = [(work, step, draw + of_warp * branches, rest + 1) for branches in (1, 2)]
    return {
        "pipe of FMNMX": {"ALU": 1},
        "pipe of I2FP": {"ALU": 1},
        "pipes of a wide product": {"IMAD": 2, "FMA": 2},
        "path-steps of a slab": blocks * 32 * 2 * 2 * 4,
        "instructions of steps": blocks * (4 + 6 + 32 + 1),
        "FMA clocks of steps": blocks * 32 / 4,
        "shared clocks of steps": blocks * (8 + 24 / 2),
        "instructions of draws": draw,
        "XU clocks of draws": of_warp * 2 * 8 * 2,
        "IMAD clocks of draws": of_warp * 2 * 18,
        "instructions of the rest": rest,
        "binding pipe": "shared",
        "bound with one SM at 1 Hz": blocks * 32 * 2 * 2 * 4 / shared,
        "with variants, whole last": with_variants[0],
        "with variants, whole first": with_variants[1],
        "notes": [],
        "notes on a branch": ["1 branches in the step loop, around 1 of its 45 instructions"],
        "without barriers": "(the code is cut otherwise) adapt kernels.py"[-38:],
        "loops of PTX": [("FFMA", None), ("BRA", 0)],
    }


def run() -> int:
    have, want = found(), expected()
    wrong = [name for name in want if have[name] != want[name]]
    for name in wrong:
        print(f"{name}: {have[name]!r} (by hand: {want[name]!r})")
    print(f"{len(want) - len(wrong)} of {len(want)} counts agree")
    return 1 if wrong else 0
