"""From files that a build leaves, or CUDA sources, to functions of instructions."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from roofline import code, ptx
from roofline.code import Instruction

ROOT = Path(__file__).resolve().parents[2]
INCLUDES = [ROOT, ROOT / "include"]
# As cmake/Options.cmake has it.
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", "--fmad=false", "-arch=sm_90"]


class Failure(Exception):
    pass


@dataclass
class Function:
    code: list[Instruction]
    used: tuple[int, int] | None  # registers, and bytes of stack and local memory


def output_of(command: list[str], stdin: str | None = None, folder_on_path: Path | None = None) -> str:
    path = os.pathsep.join([*([str(folder_on_path)] if folder_on_path else []), os.environ["PATH"]])
    # What goes wrong is on stderr, which is shown as it is.
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, text=True, env=os.environ | {"PATH": path})
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)} failed (see above) correct that first")
    return done.stdout


def nvcc() -> str:
    found = shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc"
    if not Path(found).exists():
        raise Failure("nvcc is missing (sources have to be compiled) put it on the PATH")
    return found


def find_disassembler(chosen: Path | None) -> Path | None:
    """cuobjdump, with nvdisasm beside it: the chosen one, else of the PATH, else next to nvcc."""
    if chosen:
        chosen = chosen / "cuobjdump" if chosen.is_dir() else chosen
        if not chosen.exists():
            raise Failure(f"{chosen} is missing (--disassembler names it) name cuobjdump or its folder")
        return chosen
    found = shutil.which("cuobjdump")
    beside = Path(shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc").with_name("cuobjdump")
    return Path(found) if found else beside if beside.exists() else None


def inputs(paths: list[Path], disassembler: Path | None) -> list[Path]:
    """Files as they are; of a build folder, the objects of its CUDA sources, or those without a disassembler."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        pattern = "*_cuda*.cu.o" if disassembler else "ensemble_cuda_*.cu"
        inside = sorted(path.rglob(pattern))
        if not inside:
            raise Failure(f"{path} holds no {pattern} (it is no built CUDA build) configure and build with CUDA")
        files += inside if disassembler else [*inside, ROOT / "bench/elementary/elementary_cuda.cu"]
    return files


def disassemble(file: Path, cuobjdump: Path) -> dict[str, Function]:
    with tempfile.TemporaryDirectory() as folder:
        if file.suffix == ".cu":
            compiled = Path(folder) / "kernels.cubin"
            includes = [f"-I{i}" for i in INCLUDES]
            output_of([nvcc(), *FLAGS, *includes, "-cubin", "-o", str(compiled), str(file)])
            file = compiled
        # cuobjdump looks for nvdisasm on the PATH.
        used, sass = (
            output_of([str(cuobjdump), what, str(file)], folder_on_path=cuobjdump.parent)
            for what in ("--dump-resource-usage", "--dump-sass")
        )
    registers = code.resources(used)
    return {name: Function(instructions, registers.get(name)) for name, instructions in code.functions(sass).items()}


def approximate(file: Path) -> dict[str, Function]:
    if file.suffix not in {".cu", ".ptx"}:
        raise Failure(f"{file} cannot be read (there is no disassembler) name one with --disassembler, or a .cu file")
    print(
        f"APPROXIMATE: {file.name} is counted from PTX, before the assembler (no machine code was read): "
        "counts are off by a tenth or more, registers unknown",
        file=sys.stderr,
    )
    if file.suffix == ".ptx":
        text = file.read_text()
    else:
        with tempfile.TemporaryDirectory() as folder:
            compiled = Path(folder) / "kernels.ptx"
            output_of([nvcc(), *FLAGS, *[f"-I{i}" for i in INCLUDES], "-ptx", "-o", str(compiled), str(file)])
            text = compiled.read_text()
    return {name: Function(instructions, None) for name, instructions in ptx.functions(text).items()}


def functions(paths: list[Path], disassembler: Path | None) -> dict[str, Function]:
    """By demangled name."""
    mangled: dict[str, Function] = {}
    for file in inputs(paths, disassembler):
        if disassembler and file.suffix != ".ptx":
            mangled |= disassemble(file, disassembler)
        else:
            mangled |= approximate(file)
    names = output_of(["c++filt"], "\n".join(mangled)).splitlines()
    return dict(zip(names, mangled.values()))
