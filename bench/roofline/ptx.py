"""PTX read as if it were machine code: an approximation for machines without a disassembler.

The assembler behind PTX merges logic, drops moves and conversions, picks the form of products and places what is
constant: counts are off by a tenth or more, and registers are unknown.
"""

import re

from roofline.code import Instruction

_STATEMENT = re.compile(r"^\s*(@!?%p\d+\s+)?([a-z][\w.:]*)\s*(.*?);")
_LABEL = re.compile(r"^(\$\w+):")
_ENTRY = re.compile(r"\.entry\s+(\w+)\(")
# The first that matches; what none does costs nothing.
_OPCODES = [
    (r"(sqrt|rsqrt|rcp|lg2|ex2|sin|cos)\.approx", "MUFU"),
    (r"fma\.\w+(\.ftz)?\.f32", "FFMA"),
    (r"mul(\.rn)?(\.ftz)?\.f32", "FMUL"),
    (r"(add|sub)(\.rn)?(\.ftz)?\.f32", "FADD"),
    (r"(min|max)\.(\w+\.)?f32", "FMNMX"),
    (r"(add|sub|mul|fma|div)\.\w*\.?f64", "DFMA"),
    (r"mul\.wide|mul\.hi|mul\.lo\.[su]64", "IMAD.WIDE.U32"),
    (r"(mul|mad)\.lo", "IMAD"),
    (r"(add|sub|min|max|neg|abs)\.[su]", "IADD3"),
    (r"(and|or|xor|not|lop3)\.", "LOP3"),
    (r"(shl|shr|shf)\.b?[su]?32", "SHF"),
    (r"setp\.", "ISETP"),
    (r"selp\.", "SEL"),
    (r"cvt\.rn\.f32", "I2FP"),
    (r"bar\.|barrier\.", "BAR"),
    (r"bra", "BRA"),
    (r"call", "CALL"),
    (r"ld\.param", "LDC"),
]
_MEMORY = {"ld.shared": "LDS", "st.shared": "STS", "ld.global": "LDG", "st.global": "STG"}


def _sass_opcode(opcode: str) -> str | None:
    if name := _MEMORY.get(".".join(opcode.split(".")[:2])):
        words = int(m[1]) if (m := re.search(r"\.v([24])", opcode)) else 1
        return {1: name, 2: f"{name}.64", 4: f"{name}.128"}[words]
    return next((name for pattern, name in _OPCODES if re.match(pattern, opcode)), None)


def functions(ptx: str) -> dict[str, list[Instruction]]:
    """By mangled name, as functions() of code.py."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    labels: dict[str, int] = {}
    current: list[tuple[str, str, bool]] = []
    for line in ptx.splitlines():
        if match := _ENTRY.search(line):
            current = found.setdefault(match[1], [])
        elif match := _LABEL.match(line):
            labels[match[1]] = len(current)
        elif (match := _STATEMENT.match(line)) and (opcode := _sass_opcode(match[2])):
            current.append((opcode, match[3], match[1] is not None))

    def operands(opcode: str, text: str) -> str:
        return f"0x{labels.get(text.split()[-1], 0):x}" if opcode == "BRA" else text

    return {
        name: [
            Instruction(at, opcode, operands(opcode, text), conditional)
            for at, (opcode, text, conditional) in enumerate(code)
        ]
        for name, code in found.items()
    }
