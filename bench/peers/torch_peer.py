"""The elementary SDEs in PyTorch: tensors of schedules x paths.

Plain: of all paths, step by step in eager mode. Tuned: torch.compile fuses blocks of steps, whose normals are drawn
before each block.
"""

import os

import elementary
from elementary import K_DT, LEVEL, NOISE, Problem
from measurement import Program, Simulate, Workers, batch_sizes, measure

os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"  # no threads of its own: this process forks its workers
options = elementary.arguments()

import numpy as np  # noqa: E402
import torch  # noqa: E402

if options.device == "gpu" and not torch.cuda.is_available():
    elementary.skip("PyTorch on a GPU (torch.cuda.is_available() is false)")
device = torch.device("cuda" if options.device == "gpu" else "cpu")
if options.style == "tuned":
    torch.set_num_threads(1)  # batches run side by side instead, since a generator draws in one thread only


def hill(v: torch.Tensor, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    part = v.clamp(min=0)
    return v + K_DT * x * (LEVEL * x - part) + x * torch.sqrt(NOISE * K_DT * LEVEL * part) * z


def linear(v: torch.Tensor, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    return v + K_DT * x * (LEVEL * x - v) + LEVEL * x * torch.sqrt(NOISE * K_DT * x) * z


steps = {"hill": hill, "linear": linear}


def plain(problem: Problem, batch: int) -> Simulate:
    x = torch.from_numpy(problem.relative_lr()).to(device).unsqueeze(2)
    step = steps[problem.sde]

    @torch.inference_mode()
    def simulate(stream: int) -> np.ndarray:
        random = torch.Generator(device).manual_seed(elementary.SEED + stream)
        v = torch.full((problem.schedules, batch), LEVEL, device=device)
        for x_now in x:
            v = step(v, x_now, torch.randn(batch, generator=random, device=device))
        return v.mean(dim=0).cpu().numpy()

    return simulate


def tuned(problem: Problem, batch: int, block: int) -> Simulate:
    blocks = torch.from_numpy(problem.relative_lr()).to(device).unsqueeze(2).split(block)
    step = steps[problem.sde]
    torch.compiler.reset()

    @torch.compile(dynamic=False)
    def advance(v: torch.Tensor, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        for x_now, z_now in zip(x, z):
            v = step(v, x_now, z_now)
        return v

    @torch.inference_mode()
    def simulate(stream: int) -> np.ndarray:
        random = torch.Generator(device).manual_seed(elementary.SEED + stream)
        v = torch.full((problem.schedules, batch), LEVEL, device=device)
        z = torch.empty((block, batch), device=device)
        for x in blocks:
            z.normal_(generator=random)
            v = advance(v, x, z[: len(x)])
        return v.mean(dim=0).cpu().numpy()

    for length in {len(x) for x in blocks}:
        z = torch.zeros((length, batch), device=device)
        with torch.inference_mode():
            advance(torch.zeros((problem.schedules, batch), device=device), blocks[0][:length], z)  # compiles
    return simulate


block_lengths, powers = ([8, 32], range(20, 27, 2)) if options.device == "gpu" else ([1, 4, 8], range(14, 21))
candidates = [
    {"batch": batch, "block": block} for batch in batch_sizes(options.schedules, powers) for block in block_lengths
]
programs = {
    "plain": Program(plain, [{"batch": options.paths}]),
    "tuned": Program(tuned, candidates, Workers.PROCESSES),
}
measure(options, "PyTorch", torch.__version__, programs)
