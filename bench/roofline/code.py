"""Machine code as a list of instructions and a tree of loops."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SASS = re.compile(r"/\*(?P<address>[0-9a-f]{4,})\*/\s+(?P<predicate>@!?U?P\w+\s+)?(?P<opcode>[A-Z][\w.]*)\s*(?P<operands>[^;]*);")
_RESOURCES = re.compile(r"REG:(\d+) STACK:(\d+) SHARED:(\d+) LOCAL:(\d+)")


@dataclass(frozen=True)
class Instruction:
    address: int
    opcode: str
    operands: str
    conditional: bool = False  # whether a predicate stands before it

    @property
    def name(self) -> str:
        return self.opcode.partition(".")[0]

    def target(self) -> int | None:
        """Where a branch goes."""
        match = re.search(r"0x([0-9a-f]+)\s*$", self.operands) if self.name == "BRA" else None
        return int(match[1], 16) if match else None

    def goes_on(self) -> bool:
        """Whether the next instruction may follow."""
        always = not self.conditional and (self.name in {"EXIT", "RET"} or self.opcode in {"BRA", "BRA.U"})
        return not always or (self.name == "BRA" and "," in self.operands)  # a predicate among the operands


@dataclass
class Loop:
    """Instructions from `first` to the backward branch at `last`, those of inner loops apart."""

    first: int
    last: int
    inner: list["Loop"] = field(default_factory=list)
    own: list[Instruction] = field(default_factory=list)

    def all(self) -> Iterator[Instruction]:
        yield from self.own
        for loop in self.inner:
            yield from loop.all()

    def below(self) -> Iterator["Loop"]:
        for loop in self.inner:
            yield loop
            yield from loop.below()


def functions(sass: str) -> dict[str, list[Instruction]]:
    """What `cuobjdump --dump-sass` prints, by mangled name."""
    found: dict[str, list[Instruction]] = {}
    for line in sass.splitlines():
        if "Function :" in line:
            current = found.setdefault(line.split()[-1], [])
        elif match := _SASS.search(line):
            address, operands = int(match["address"], 16), match["operands"].strip()
            current.append(Instruction(address, match["opcode"], operands, match["predicate"] is not None))
    return found


def resources(text: str) -> dict[str, tuple[int, int]]:
    """What `cuobjdump --dump-resource-usage` prints: registers, and bytes of stack and local memory."""
    found: dict[str, tuple[int, int]] = {}
    for line in text.splitlines():
        if match := re.search(r"Function (\S+):", line):
            name = match[1]
        elif match := _RESOURCES.search(line):
            found[name] = (int(match[1]), int(match[2]) + int(match[4]))
    return found


def loop_tree(instructions: Iterable[Instruction]) -> Loop:
    """The whole code as a loop of one pass, with a loop inside for every backward branch."""
    code = list(instructions)
    ends: dict[int, int] = {}
    for i in code:
        target = i.target()
        if target is not None and target < i.address:
            ends[target] = max(i.address, ends.get(target, 0))
    root = Loop(code[0].address, code[-1].address)
    open_loops = [root]
    for i in code:
        while i.address > open_loops[-1].last:
            open_loops.pop()
        if i.address in ends:
            open_loops.append(Loop(i.address, min(ends[i.address], open_loops[-1].last)))
            open_loops[-2].inner.append(open_loops[-1])
        open_loops[-1].own.append(i)
    return root
