"""The exact mean of schedules, asked of losscast's engine through pipes: a program that is started once."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType


class Objective:
    """Mean final loss over the fit's draws, in nats; lower is better."""

    def __init__(self, program: Path, fit: Path, draws: int, blocks: int, threads: int) -> None:
        flags = [f"--fit={fit}", f"--draws={draws}", f"--blocks={blocks}", f"--threads={threads}"]
        self.process = subprocess.Popen(
            [str(program), *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1 << 16
        )
        self.seconds = 0.0  # in the program and the pipes
        self.count = 0

    def __call__(self, schedules: Sequence[str]) -> list[float]:
        start = time.perf_counter()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("\n".join(schedules) + "\n\n")
        self.process.stdin.flush()
        answer = [float(self.process.stdout.readline()) for _ in schedules]
        self.seconds += time.perf_counter() - start
        self.count += len(schedules)
        return answer

    def __enter__(self) -> "Objective":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.communicate()
