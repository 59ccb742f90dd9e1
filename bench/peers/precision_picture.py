"""Draws what precision.py stored as work-precision curves: precision_picture.py RESULTS.json OUT.svg

Standard error reached against seconds, both logarithmic, a line for each system, method and style. losscast's lines are
blue, the darker the sooner they get there; plain styles are dashed. The same results give the same bytes.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",  # text as text
        "svg.hashsalt": "losscast",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)

import matplotlib.pyplot as plt  # noqa: E402

WIDTH, HEIGHT = 9.0, 5.6  # inches
OURS = ["#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"]
THEIRS = {
    ("JAX", "Monte Carlo"): "#7f7f7f",
    ("diffrax", "Monte Carlo"): "#4d8b57",
    ("QMCPy", "multilevel Monte Carlo"): "#d9852b",
    ("QMCPy", "quasi-Monte Carlo"): "#c0392b",
    ("QMCPy", "multilevel quasi-Monte Carlo"): "#8e4585",
}
OTHER = "#000000"
MARKERS = "osD^vP"


@dataclass(frozen=True)
class Curve:
    system: str
    method: str
    style: str
    points: list[tuple[float, float]]  # (seconds, standard error), loosest first

    @property
    def label(self) -> str:
        return f"{self.system}: {self.method}" + (f", {self.style}" if self.style else "")

    @property
    def slowness(self) -> float:
        """What its tightest answer would take at a standard error of 1, if errors fall as the root of time."""
        seconds, error = self.points[-1]
        return seconds * error**2


def curves_of(reports: list[dict[str, Any]]) -> list[Curve]:
    """losscast's first, then others', each the slowest last."""
    groups = defaultdict(dict)
    for report in reports:
        of_curve = groups[report["system"], report["method"], report.get("style") or ""]
        of_curve[report["target"]] = (report["seconds"], report["worst_standard_error"])
    curves = [Curve(*name, [at[target] for target in sorted(at, reverse=True)]) for name, at in groups.items()]
    return sorted(curves, key=lambda one: (one.system != "losscast", one.slowness))


def look_of(curve: Curve, place: int) -> dict[str, Any]:
    """`place` counts losscast's lines, the soonest first."""
    if curve.system == "losscast":
        colour, marker = OURS[max(0, len(OURS) - 1 - place)], MARKERS[place % len(MARKERS)]
        return {"color": colour, "linewidth": 1.8, "marker": marker, "markersize": 4, "zorder": 3}
    look = {"color": THEIRS.get((curve.system, curve.method), OTHER), "linewidth": 1.1, "marker": "o", "markersize": 4}
    return {**look, "linestyle": "--", "markerfacecolor": "white"} if curve.style == "plain" else look


def draw(reports: list[dict[str, Any]], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(WIDTH, HEIGHT), layout="constrained")
    for place, curve in enumerate(curves_of(reports)):
        axes.plot(*zip(*curve.points), label=curve.label, **look_of(curve, place))
    axes.set(xscale="log", yscale="log", xlabel="seconds to the answer", ylabel="standard error, nats (worst schedule)")
    axes.grid(True, which="major", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, handlelength=3, fontsize=8)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    draw(json.loads(options.results.read_text()), options.picture)


if __name__ == "__main__":
    main()
