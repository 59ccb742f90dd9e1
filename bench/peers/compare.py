"""Runs losscast and all peers on the same elementary SDE, one after another, and prints a table: see compare.sh."""

import argparse
import itertools
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import elementary

PEERS = {
    "cpu": ["numpy", "jax", "diffrax", "torch", "numba"],
    "gpu": ["jax", "diffrax", "torch", "cupy", "numba_cuda"],
}
LARGEST_KURTOSIS = 4  # of v(T) over paths: normal for the linear SDE, 3.3 for a constant hill
HERE = Path(__file__).parent


def options_of_compare() -> argparse.Namespace:
    parser = elementary.parser(prog="compare.sh BUILD", description=__doc__)
    parser.set_defaults(budget=20.0)
    parser.add_argument("program", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--style", choices=[*elementary.STYLES, "both"], default="both", help="of the peers")
    parser.add_argument("--math", default="reproducible", help="of losscast on a GPU: reproducible or fast")
    parser.add_argument("--peers", help="some of them, such as numpy,jax")
    parser.add_argument("--json", type=Path, metavar="FILE", help="store all reports there")
    return parser.parse_args()


def run(command: list[str]) -> dict[str, Any] | None:
    """The report that a command prints; none if it was skipped. Whatever it says on stderr is shown."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode == elementary.EXIT_SKIPPED:
        return None
    report = json.loads(done.stdout) if done.stdout.strip() else {}
    return {**report, "exit": done.returncode}


def command_of_losscast(options: argparse.Namespace) -> list[str]:
    backend = ["--backend=cuda", f"--math={options.math}"] if options.device == "gpu" else []
    return [str(options.program), *work(options), *backend, "--json"]


def command_of_peer(options: argparse.Namespace, name: str, style: str) -> list[str]:
    limits = [f"--device={options.device}", f"--budget={options.budget}", f"--style={style}"]
    return [sys.executable, str(HERE / f"{name}_peer.py"), *work(options), *limits]


def work(options: argparse.Namespace) -> list[str]:
    names = ("sde", "schedules", "paths", "steps", "repeats", "threads")
    return [f"--{name}={getattr(options, name)}" for name in names]


def differences(a: dict[str, Any], b: dict[str, Any]) -> list[str]:
    """What two reports disagree on. The spread over paths tells whether schedules share their noise."""
    found = []
    error = math.hypot(a["standard_error"], b["standard_error"])
    allowed = elementary.ALLOWED_STANDARD_ERRORS * error + elementary.ALLOWED_ROUNDING
    if not abs(a["mean"] - b["mean"]) <= allowed:
        found.append("mean")
    spreads = [one["standard_error"] * math.sqrt(one["paths"]) for one in (a, b)]
    relative_errors = [math.sqrt((LARGEST_KURTOSIS - 1) / (4 * one["paths"])) for one in (a, b)]
    allowed = elementary.ALLOWED_STANDARD_ERRORS * math.hypot(*relative_errors)
    if not abs(math.log(spreads[0] / spreads[1])) <= allowed:
        found.append("standard deviation")
    return found


def print_row(report: dict[str, Any], losscast: dict[str, Any]) -> None:
    rate = report["path_steps_per_second"]
    ratio = losscast["path_steps_per_second"] / rate
    z = (report["mean"] - losscast["mean"]) / math.hypot(report["standard_error"], losscast["standard_error"])
    style = report.get("style", "")
    settings = ", ".join(f"{name} {value}" for name, value in report.get("settings", {}).items())
    print(
        f"{report['system']:12}{style:7}{report.get('version', ''):16}{report['paths']:>10}{report['seconds']:>10.3f}"
        f"{rate:>14.2e}{ratio:>15.2f}{report['mean']:>12.7f}{z:>7.1f}  {settings}",
        flush=True,
    )


def main() -> int:
    options = options_of_compare()
    if options.device == "cpu":
        elementary.use_cores(options.threads)
    names = options.peers.split(",") if options.peers else PEERS[options.device]
    styles = elementary.STYLES if options.style == "both" else [options.style]
    command = command_of_losscast(options)
    losscast = run(command)
    if not losscast or losscast["exit"] != 0:
        elementary.fail(f"{' '.join(command)} failed (see above) every ratio needs it, so correct that first")

    where = "a GPU" if options.device == "gpu" else f"{options.threads} core{'s' if options.threads > 1 else ''}"
    print(f"{options.sde}, {options.schedules} schedules x paths x {options.steps} steps, FP32, {where}")
    print(
        f"{'system':12}{'style':7}{'version':16}{'paths':>10}{'seconds':>10}{'path-steps/s':>14}{'losscast/peer':>15}"
        f"{'mean':>12}{'z':>7}  settings"
    )
    print_row(losscast, losscast)
    reports, failures = [losscast], []
    for name, style in itertools.product(names, styles):
        report = run(command_of_peer(options, name, style))
        if report is None:
            print(f"{name:12}{style:7}skipped (see above)", flush=True)
        elif "system" not in report:
            failures.append(f"{name}, {style}, failed (see above) correct it, or leave it out with --peers")
        else:
            print_row(report, losscast)
            reports.append(report)
            for what in differences(report, losscast):
                failures.append(f"{name}, {style}, and losscast disagree (in their {what}) find the mistake in one")
            if report["exit"] != 0:
                failures.append(f"{name}, {style}, failed its own check (see above) find the mistake in it")
    if options.json:
        options.json.write_text(json.dumps(reports, indent=2) + "\n")
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
