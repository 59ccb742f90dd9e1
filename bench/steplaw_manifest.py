#!/usr/bin/env python3
"""Writes a manifest of the public StepLaw runs of one batch size: steplaw_manifest.py dense.csv BATCH OUT.

Each run has its final loss alone. Runs that diverged are left out, and those shorter than the warm-up, which was of 2,000
steps in all (arXiv 2503.04715); the LR decays as a cosine to 1e-5.
"""

import csv
import sys
from pathlib import Path

WARMUP = 2000


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    out = Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    entries = ['format = 1\n[defaults]\noptimizer = "adamw"\n']
    for number, row in enumerate(csv.DictReader(open(sys.argv[1]))):
        steps = int(row["steps"])
        if row["batch_sequences"] != sys.argv[2] or row["diverged"] == "True" or steps <= WARMUP:
            continue
        name = f"run{number}"
        (out / f"{name}.csv").write_text(f"step,loss\n{steps},{row['smoothed_final_loss']}\n")
        entries.append(f'[[curve]]\nname = "{name}"\nfile = "{name}.csv"\nparams = {row["params"]}\n'
                       f'schedule = {{ family = "cosine", peak_lr = {row["peak_lr"]}, final_lr = 1e-5, '
                       f"warmup_steps = {WARMUP}, total_steps = {steps} }}\n")
    (out / "runs.toml").write_text("\n".join(entries))


if __name__ == "__main__":
    main()
