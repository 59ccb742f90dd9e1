"""What an instruction costs: which pipe of a multiprocessor (SM) takes it, and for how many clocks.

Rates are those of sm_90, in lanes per clock and SM:

- NVIDIA, CUDA C++ Programming Guide, throughput of native arithmetic instructions, column 9.0: FP32 128; integer
  addition, comparison, shift, logic, minimum and 32-bit conversions (I2FP) 64; 32-bit multiplication 64; special
  functions 16.
- NVIDIA, Nsight Compute, kernel profiling guide, pipelines: ALU takes bits, comparisons and integers; XU takes special
  functions and the older conversions (I2F, F2I).
- An answer of an NVIDIA engineer, forums.developer.nvidia.com/t/302018: on GH100 as on GA10x there are two FMA pipes.
  FP32 goes to either, integer multiplication to the heavy one alone. A product of 64 bits takes it twice as long.
- The same, .../t/77228: shared memory returns 128 bytes a clock, one register of a warp, and packs two of them where
  all lanes read the same address (said of sm_70 to sm_75, assumed here).
"""

import re
from dataclasses import dataclass, field

from roofline.code import Instruction

WARP = 32
RATES = {"issue": 128, "FMA": 128, "IMAD": 64, "ALU": 64, "XU": 16, "uniform": 64, "FP64": 64}

_FMA = {"FFMA", "FMUL", "FADD", "FFMA32I", "FMUL32I", "FADD32I"}
_FP64 = {"DFMA", "DMUL", "DADD", "DSETP", "DMNMX"}
_XU = {"MUFU", "I2F", "F2I", "F2F", "FRND", "FLO", "POPC", "BREV"}
_LOAD_STORE = {"LDS", "STS", "LDG", "STG", "LDL", "STL", "LD", "ST", "ATOM", "ATOMG", "ATOMS", "RED", "LDGSTS"}
_CONTROL = {"BRA", "BSSY", "BSYNC", "BREAK", "EXIT", "RET", "CALL", "BAR", "WARPSYNC", "NOP", "YIELD", "BRX", "DEPBAR"}
_ELSEWHERE = _LOAD_STORE | _CONTROL | {"LDC", "S2R", "CS2R", "MEMBAR", "ERRBAR", "CCTL"}


@dataclass
class Cost:
    """Clocks that warp-instructions keep the pipes of one SM busy, and how many instructions there are."""

    clocks: dict[str, float] = field(default_factory=dict)
    instructions: float = 0.0

    def add(self, other: "Cost", times: float = 1.0) -> None:
        self.instructions += times * other.instructions
        for pipe, clocks in other.clocks.items():
            self.clocks[pipe] = self.clocks.get(pipe, 0.0) + times * clocks

    def binding(self) -> str:
        return max(self.clocks, key=lambda pipe: self.clocks[pipe])


def lanes_taken(opcode: str) -> dict[str, int]:
    """The lane-slots of each pipe that one lane of an instruction takes. Memory is not counted here."""
    name, _, rest = opcode.partition(".")
    if name in _FMA:
        return {"FMA": 1}
    if name == "IMAD":
        slots = 2 if re.match(r"WIDE|HI", rest) else 1
        return {"IMAD": slots, "FMA": slots}
    if name in {"HFMA2", "HADD2", "HMUL2"}:  # takes both FMA pipes
        return {"IMAD": 1, "FMA": 2}
    if name in _XU:
        return {"XU": 1}
    if name in _FP64:
        return {"FP64": 1}
    if name in _ELSEWHERE:
        return {}
    if name.startswith("U") or name in {"R2UR", "S2UR"}:
        return {"uniform": 1}
    return {"ALU": 1}


def words(opcode: str) -> int:
    """Registers of a lane that a load or store moves."""
    match = re.search(r"\.(64|128)\b", opcode)
    return int(match[1]) // 32 if match else 1


def cost(instruction: Instruction) -> Cost:
    """Of one warp, with every lane at an address of its own in shared memory."""
    clocks = {"issue": WARP / RATES["issue"]}
    for pipe, slots in lanes_taken(instruction.opcode).items():
        clocks[pipe] = slots * WARP / RATES[pipe]
    if instruction.name in {"LDS", "STS"}:
        clocks["shared"] = float(words(instruction.opcode))
    return Cost(clocks, 1.0)
