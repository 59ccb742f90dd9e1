"""Times losscast and all peers to an answer of known precision, one after another, and prints a table: precision.sh."""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import elementary
import numpy as np
import precision_problem

HERE = Path(__file__).parent
# QMCPy's multilevel criteria watch one schedule of many, or stop at the doubling that they think is enough.
ALLOWED_MISS = 1.1

Report = dict[str, Any]


@dataclass(frozen=True)
class Peer:
    package: str
    script: str
    method: str


PEERS = {
    "jax": Peer("jax", "precision_jax.py", "monte-carlo"),
    "diffrax": Peer("diffrax", "precision_diffrax.py", "monte-carlo"),
    "qmcpy-qmc": Peer("qmcpy", "precision_qmcpy.py", "qmc"),
    "qmcpy-mlmc": Peer("qmcpy", "precision_qmcpy.py", "mlmc"),
    "qmcpy-mlqmc": Peer("qmcpy", "precision_qmcpy.py", "mlqmc"),
}


def options_of_comparison() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="precision.sh BUILD", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("program", type=Path, help=argparse.SUPPRESS)
    precision_problem.add_arguments(parser)
    parser.add_argument("--style", choices=[*elementary.STYLES, "both"], default="both", help="of the peers")
    parser.add_argument("--peers", default=",".join(PEERS), help="some of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="store all reports there")
    options = parser.parse_args()
    if unknown := set(options.peers.split(",")) - set(PEERS):
        elementary.fail(f"no peer is called {', '.join(unknown)} (--peers) choose of {', '.join(PEERS)}")
    return options


def reports_in(text: str) -> list[Report]:
    """JSON objects one after another, or in lists."""
    decoder, reports, text = json.JSONDecoder(), [], text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        reports += value if isinstance(value, list) else [value]
        text = text[end:].lstrip()
    return reports


def run(command: list[str]) -> tuple[int, list[Report]]:
    """Whatever it says on stderr is shown."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    return done.returncode, reports_in(done.stdout)


def reports_of_losscast(options: argparse.Namespace) -> list[Report]:
    reports = []
    for target in options.target:
        arguments = [f"--target={target}", f"--threads={options.threads}", f"--repeats={options.repeats}"]
        status, of_target = run(command := [str(options.program), "--json", *arguments])
        if status != 0 or not of_target:
            elementary.fail(f"{' '.join(command)} failed (see above) every ratio needs it, so correct that first")
        reports += of_target
    return reports


def command_of_peer(options: argparse.Namespace, peer: Peer, style: str, table: Path) -> list[str]:
    targets = ",".join(map(str, options.target))
    limits = [f"--{name}={getattr(options, name)}" for name in ("repeats", "threads", "budget")]
    what = [f"--table={table}", f"--target={targets}", f"--method={peer.method}", f"--style={style}"]
    return [sys.executable, str(HERE / peer.script), *what, *limits]


def allowed_errors(report: Report) -> float:
    """4.5 standard errors; more, by Student's t, where they were estimated from a few randomisations."""
    if not report.get("randomisations"):
        return elementary.ALLOWED_STANDARD_ERRORS
    from scipy.stats import norm, t  # comes with the peers that it is needed for

    return float(t.isf(norm.sf(elementary.ALLOWED_STANDARD_ERRORS), report["randomisations"] - 1))


def standard_errors(report: Report) -> np.ndarray:
    return np.array(report.get("standard_errors") or [report["worst_standard_error"]] * len(report["means"]))


def difference(a: Report, b: Report) -> tuple[float, bool]:
    """The largest between their means, in combined standard errors, and whether that is too much."""
    if len(a["means"]) != len(b["means"]):
        return float("inf"), True
    gap = np.abs(np.subtract(a["means"], b["means"]))
    parts = [standard_errors(one) for one in (a, b)]
    allowed = np.hypot(*(allowed_errors(one) * part for one, part in zip((a, b), parts)))
    agree = np.all(gap <= allowed + elementary.ALLOWED_ROUNDING)
    return float((gap / np.hypot(*parts)).max()), not agree


def fastest(reports: list[Report], target: float) -> Report:
    return min((one for one in reports if one["target"] == target), key=lambda one: one["seconds"])


def print_head(options: argparse.Namespace, problem: precision_problem.Problem) -> None:
    cores = f"{options.threads} core{'s' if options.threads > 1 else ''}"
    print(f"{problem.schedules} schedules x {problem.steps} steps of the demo SDE, FP32, {cores}")
    print("times: seconds over the fewest of losscast's; z: the largest difference of a mean, in combined errors")
    print(
        f"{'system':10}{'method':40}{'style':7}{'version':10}{'target':>8}{'error':>9}{'paths':>10}{'path-steps':>12}"
        f"{'seconds':>11}{'times':>11}{'z':>6}"
    )


def print_row(report: Report, losscast: Report) -> None:
    print(
        f"{report['system']:10}{report['method']:40}{report.get('style', ''):7}{report['version']:10}"
        f"{report['target']:>8.0e}{report['worst_standard_error']:>9.1e}{report['paths']:>10}"
        f"{report['path_steps']:>12.2e}{report['seconds']:>11.5f}{report['seconds'] / losscast['seconds']:>11.2f}"
        f"{difference(report, losscast)[0]:>6.1f}",
        flush=True,
    )


def problems_of(report: Report, losscast: Report) -> Iterator[str]:
    name = f"{report['system']}, {report['method']}, {report.get('style', '')}, to {report['target']:g},"
    if report["worst_standard_error"] > ALLOWED_MISS * report["target"]:
        yield f"{name} missed its target (its error is {report['worst_standard_error']:.1e}) have it take more paths"
    if difference(report, losscast)[1]:
        yield f"{name} and losscast disagree (in a mean) find the mistake in one"


def compare(options: argparse.Namespace, table: Path) -> tuple[list[Report], list[str]]:
    print_head(options, precision_problem.read_table(table))
    losscast = reports_of_losscast(options)
    reports, failures = [], []

    def take(report: Report) -> None:
        best = fastest(losscast, report["target"])
        print_row(report, best)
        reports.append(report)
        failures.extend(problems_of(report, best))

    for report in losscast:
        take(report)
    styles = elementary.STYLES if options.style == "both" else [options.style]
    for name, style in itertools.product(options.peers.split(","), styles):
        peer = PEERS[name]
        if find_spec(peer.package) is None:
            print(f"SKIPPED: {name} (there is no package {peer.package}) install requirements.txt", flush=True)
            continue
        status, of_peer = run(command_of_peer(options, peer, style, table))
        for report in of_peer:
            take(report)
        if status == elementary.EXIT_SKIPPED:
            print(f"SKIPPED: {name}, {style} (see above)", flush=True)
        elif status != 0:
            failures.append(f"{name}, {style}, failed (see above) correct it, or leave it out with --peers")
    return reports, failures


def main() -> int:
    options = options_of_comparison()
    elementary.use_cores(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "schedules.csv"
        if run([str(options.program), f"--table={table}"])[0] != 0:
            elementary.fail(f"{options.program} --table failed (see above) the peers need it, so correct that first")
        reports, failures = compare(options, table)
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n")
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
