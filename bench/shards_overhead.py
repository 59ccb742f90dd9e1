#!/usr/bin/env python3
"""What it costs to do a sweep in shards, in processor time: shards_overhead.py LOSSCAST SWEEP [options].

Does the same sweep by `losscast sweep --threads 1`, and by `losscast plan`, `losscast shard` for every shard and
`losscast merge`, in turn and several times, each in a folder of its own that is removed at the end. Processor time is
that of the processes, user and system. The overhead of a shard is what all processes but the sweep took beyond it,
divided by the shards.

By default the sweep of the example takes about six minutes of one core. --quick: ten seconds, and a minute
for all.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Of examples/demo/sweep.toml.
LONG = ["search.candidates=20000", "paths=1024"]
QUICK = ["search.candidates=2000", "paths=128"]


class Folders:
    """Places for results, of which the last command that failed keeps its own."""

    def __init__(self, place):
        self.place = Path(tempfile.mkdtemp(prefix="shards_overhead_", dir=place))

    def new(self, name):
        folder = self.place / name
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def remove(self):
        shutil.rmtree(self.place)


def processor_seconds(command):
    """Of a command, which must succeed, and of all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


class Measured:
    """Processor seconds of both ways, and what the shards left behind."""

    def __init__(self, options, folders):
        self.options, self.folders = options, folders
        self.settings = [word for setting in options.set for word in ("--set", setting)]
        self.sweeps, self.ratios, self.beyond = [], [], []
        self.plans, self.shards, self.merges = [], [], []
        self.files = self.bytes = 0

    def sweep(self):
        out = self.folders.new("sweep")
        return processor_seconds([self.options.program, "sweep", self.options.sweep, *self.settings, "--threads", "1",
                                  "--out", str(out)])

    def sharded(self):
        """Seconds of planning, of every shard and of all merging. A sweep of several rounds does all of them."""
        plan = self.folders.new("plan")
        planning = processor_seconds([self.options.program, "plan", self.options.sweep, *self.settings, "--threads",
                                      "1", "--shards", str(self.options.shards), "--out", str(plan)])
        shards, merging = [], 0.0
        number = 1
        while True:
            for index in range(self.options.shards):
                shards.append(processor_seconds([self.options.program, "shard", str(plan), "--index", str(index),
                                                 "--threads", "1"]))
            self.count_files(plan / f"round-{number}")
            seconds, is_over = self.merge(plan)
            merging += seconds
            if is_over:
                return planning, shards, merging
            number += 1

    def merge(self, plan):
        """Seconds, and whether the sweep is over: else another round is open."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.options.program, "merge", str(plan), "--threads", "1"], capture_output=True,
                              text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode and "is open" not in done.stderr:
            sys.exit(f"merge: exit code {done.returncode}\n{done.stderr}")
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.returncode == 0

    def count_files(self, folder):
        files = [path for path in folder.iterdir() if path.name.startswith("shard-")]
        self.files, self.bytes = len(files), sum(path.stat().st_size for path in files)

    def once(self):
        sweep = self.sweep()
        planning, shards, merging = self.sharded()
        whole = planning + sum(shards) + merging
        self.sweeps.append(sweep)
        self.plans.append(planning)
        self.shards.append(sum(shards))
        self.merges.append(merging)
        self.ratios.append(whole / sweep)
        self.beyond.append((whole - sweep) / len(shards))


def with_spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def report(measured, options):
    found = {"shards": options.shards, "rounds_measured": len(measured.ratios), "settings": options.set,
             "sweep_seconds": measured.sweeps, "plan_seconds": measured.plans, "shard_seconds": measured.shards,
             "merge_seconds": measured.merges, "ratio": measured.ratios, "seconds_beyond_a_shard": measured.beyond,
             "files": measured.files, "bytes": measured.bytes}
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"processor seconds of {len(measured.ratios)} repetitions, median (lowest to highest)")
    for name, values in [("sweep, one thread", measured.sweeps), ("plan", measured.plans),
                         (f"{options.shards} shards", measured.shards), ("merge", measured.merges)]:
        print(f"{name:22} {with_spread(values, 3)}")
    print(f"{'shards / sweep':22} {with_spread(measured.ratios, 4)}")
    print(f"{'beyond it, a shard':22} {with_spread(measured.beyond, 4)}")
    files, size = measured.files / options.shards, measured.bytes / options.shards
    print(f"{'files of a shard':22} {files:g}, of {size:,.0f} bytes")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="losscast")
    parser.add_argument("sweep", help="sweep file, with its fit beside it")
    parser.add_argument("--set", action="append", help="a setting of the sweep, as the program takes it")
    parser.add_argument("--shards", type=int, help="20, or with --quick 8")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--place", help="folder for the results, by default that of temporary files")
    parser.add_argument("--quick", action="store_true", help="a sweep of some seconds")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.set = options.set or (QUICK if options.quick else LONG)
    options.shards = options.shards or (8 if options.quick else 20)
    return options


def main():
    options = read_options()
    folders = Folders(options.place)
    measured = Measured(options, folders)
    began = time.monotonic()
    for repetition in range(options.repetitions):
        measured.once()
        print(f"# {repetition + 1} of {options.repetitions}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    report(measured, options)
    folders.remove()


if __name__ == "__main__":
    main()
