"""What search.py searches: spaces of schedules, their points as losscast's sweep file and as single schedules."""

from collections.abc import Sequence
from dataclasses import dataclass

Value = float | int | str


@dataclass(frozen=True)
class Range:
    kind: str  # linear, log or integer
    low: float
    high: float

    def text(self) -> str:
        return f"{{ {self.kind} = [{self.low!r}, {self.high!r}] }}"


Axis = Range | tuple[str, ...]  # a tuple is a choice


@dataclass(frozen=True)
class FamilySpace:
    family: str
    fixed: dict[str, Value]
    axes: dict[str, Axis]


Space = Sequence[FamilySpace]
Point = tuple[int, dict[str, Value]]  # which family, and its chosen arguments

STEPS: dict[str, Value] = {"total_steps": 24000}
WARM: dict[str, Value] = {"warmup_steps": 2160, "total_steps": 24000}
PEAK = Range("log", 1e-4, 6e-4)
LOW = Range("linear", 0.0, 0.3)
DECAY = Range("linear", 0.05, 0.9)

WSD_3 = FamilySpace("wsd", WARM, {"peak_lr": PEAK, "decay_fraction": DECAY, "final_lr_ratio": LOW})
WSD_5 = FamilySpace(
    "wsd", STEPS, {**WSD_3.axes, "warmup_steps": Range("integer", 500, 2400), "shape": ("linear", "sqrt", "cosine")}
)
POWER = FamilySpace(
    "power",
    STEPS,
    {
        "peak_lr": PEAK,
        "exponent": Range("linear", 0.05, 0.5),
        "warmup_steps": Range("integer", 500, 2400),
        "decay_fraction": Range("linear", 0.05, 0.85),
        "final_lr_ratio": Range("linear", 0.0, 0.1),
        "shape": ("linear", "sqrt", "cosine"),
    },
)
RESTARTS = FamilySpace(
    "cosine-restarts",
    WARM,
    {
        "peak_lr": PEAK,
        "restarts": Range("integer", 1, 8),
        "cycle_multiplier": Range("linear", 1.0, 2.0),
        "restart_factor": Range("linear", 0.3, 1.0),
        "final_lr_ratio": Range("log", 0.003, 0.3),
    },
)
COSINE = FamilySpace("cosine", WARM, {"peak_lr": PEAK, "final_lr_ratio": LOW})
POLYNOMIAL = FamilySpace(
    "polynomial", WARM, {"peak_lr": PEAK, "exponent": Range("linear", 0.3, 4.0), "final_lr_ratio": LOW}
)

SPACES: dict[str, Space] = {
    "wsd-3": [WSD_3],
    "wsd-5": [WSD_5],
    "power": [POWER],
    "restarts": [RESTARTS],
    "families": [WSD_5, POWER, COSINE, POLYNOMIAL],
}


def sweep_text(space: Space, fit: str, candidates: int, delta: float, seed: int) -> str:
    lines = ["format = 1", f'fit = "{fit}"', f"seed = {seed}", "paths = 64", '[search]\nmethod = "race"']
    lines += [f"candidates = {candidates}", f"delta = {delta!r}"]
    for family in space:
        lines += ["[[family]]", f'name = "{family.family}"']
        lines += [f"{name} = {value!r}" for name, value in family.fixed.items()]
        for name, axis in family.axes.items():
            choices = ", ".join(f'"{choice}"' for choice in axis) if isinstance(axis, tuple) else ""
            lines.append(f"{name} = {axis.text() if isinstance(axis, Range) else f'[{choices}]'}")
    return "\n".join(lines) + "\n"


def schedule_text(space: Space, point: Point) -> str:
    family = space[point[0]]
    quoted = {name: f'"{value}"' if isinstance(value, str) else repr(value) for name, value in point[1].items()}
    rest = ", ".join(f"{name} = {value}" for name, value in ({**family.fixed, **quoted}).items())
    return f'{{ family = "{family.family}", {rest} }}'
