#!/usr/bin/env python3
"""Compares the schedules of training frameworks with the losscast texts that docs/schedules.md says equal them.

Each row of its tables "in PyTorch", "in Hugging Face", ... holds a call of the framework (or flags, or a formula of the
update s), a losscast text, and how far they may be apart as a share of the peak ("exact": 1e-12). The rates of every
update are compared.

usage: frameworks.py PRINT_RATES SCHEDULES_MD
"""

import argparse
import importlib
import math
import re
import subprocess
import sys
import warnings

EXACT = 1e-12
PEAK = 3e-4


def rows_of(document):
    """The rows of the tables whose heading is "### in FRAMEWORK": (framework, call, text, bound)."""
    rows, framework = [], None
    for line in document.splitlines():
        heading = re.fullmatch(r"### in (.+)", line)
        if line.startswith("#"):
            framework = heading.group(1) if heading else None
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if framework and len(cells) == 3 and cells[1].startswith("`{"):
            bound = EXACT if cells[2] == "exact" else float(cells[2].split()[0])
            rows.append((framework, cells[0].split("`")[1], cells[1].strip("`"), bound))
    return rows


def rates_of(program, texts):
    result = subprocess.run([program], input="\n".join(texts), text=True, capture_output=True, check=False)
    if result.returncode:
        sys.exit(f"{program}: {result.stderr}")
    return [[float(lr) for lr in line.split()] for line in result.stdout.splitlines()]


def make_optimizer():
    import torch

    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK)


def stepped(optimizer, step, updates):
    """The rates that the optimiser holds when it makes each update."""
    rates = []
    for s in range(updates):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        step(s)
    return rates


def make_scheduler(module, call, optimizer):
    return eval(call, {**vars(importlib.import_module(module)), "optimizer": optimizer})


def called(module, needs_step=False):
    def rates(call, updates):
        optimizer = make_optimizer()
        scheduler = make_scheduler(module, call, optimizer)
        return stepped(optimizer, lambda s: scheduler.step(*([s + 1] if needs_step else [])), updates)

    return rates


def of_deepspeed(call, updates):
    """The LR of the scheduler's own count: its engine begins with -1, a step late."""
    optimizer = make_optimizer()
    scheduler = make_scheduler("deepspeed.runtime.lr_schedules", call, optimizer)
    rates = []
    for s in range(updates):
        scheduler.step(s)
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


def of_optax(call, updates):
    import jax

    jax.config.update("jax_enable_x64", True)
    import optax

    schedule = eval(call, vars(optax))
    return [float(schedule(s)) for s in range(updates)]


def of_megatron(flags, updates):
    from megatron.core.optimizer_param_scheduler import OptimizerParamScheduler

    parser = argparse.ArgumentParser()
    for flag in ("--lr", "--min-lr", "--lr-warmup-init"):
        parser.add_argument(flag, type=float, default=0.0)
    for flag in ("--lr-warmup-iters", "--lr-decay-iters", "--lr-wsd-decay-iters"):
        parser.add_argument(flag, type=int, default=0)
    for flag in ("--lr-decay-style", "--lr-wsd-decay-style"):
        parser.add_argument(flag, default=None)
    args = parser.parse_args(flags.split())
    optimizer = make_optimizer()
    scheduler = OptimizerParamScheduler(
        optimizer, init_lr=args.lr_warmup_init, max_lr=args.lr, min_lr=args.min_lr,
        lr_warmup_steps=args.lr_warmup_iters, lr_decay_steps=args.lr_decay_iters, lr_decay_style=args.lr_decay_style,
        start_wd=0.1, end_wd=0.1, wd_incr_steps=1, wd_incr_style="constant",
        wsd_decay_steps=args.lr_wsd_decay_iters, lr_wsd_decay_style=args.lr_wsd_decay_style)
    return stepped(optimizer, lambda s: scheduler.step(1), updates)


def of_formula(formula, updates):
    return [eval(formula, {**vars(math), "s": s}) for s in range(updates)]


FRAMEWORKS = {
    "PyTorch": called("torch.optim.lr_scheduler"),
    "Hugging Face": called("transformers.optimization"),
    "timm": called("timm.scheduler", needs_step=True),
    "DeepSpeed": of_deepspeed,
    "Megatron-LM": of_megatron,
    "optax": of_optax,
    "formulas": of_formula,
}


def main():
    warnings.simplefilter("ignore")
    program, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        rows = rows_of(file.read())
    if {row[0] for row in rows} != set(FRAMEWORKS):
        sys.exit(f"{path}: it has tables for {sorted({row[0] for row in rows})}, not for {sorted(FRAMEWORKS)}")
    failed = 0
    for (framework, call, _, bound), ours in zip(rows, rates_of(program, [row[2] for row in rows])):
        try:
            theirs = FRAMEWORKS[framework](call, len(ours))
        except ImportError as error:
            print(f"SKIPPED {framework} ({error}): {call}")
            continue
        apart = max(abs(a - b) for a, b in zip(ours, theirs)) / max(ours)
        good = apart <= bound
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {apart:8.1e} (at most {bound:g}) {framework}: {call}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
