#!/usr/bin/env python3
"""Lets the programs themselves write logs, imports these, and compares every number: peers.py LOSSCAST

A program whose Python package is not installed is skipped, loudly:
    pip install torch tensorboard lightning transformers accelerate
"""
import csv
import json
import math
import pathlib
import struct
import subprocess
import sys
import tempfile

STEPS, WARMUP, PEAK, EVERY = 200, 20, 6e-4, 5


def lr_at(step):
    return PEAK * step / WARMUP if step < WARMUP else PEAK * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))) / 2


def loss_at(step):
    return 3 + 1 / (step + 1)


def as_float(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def imported(program, log, folder):
    """The points of the imported curve, and the schedule that was found."""
    command = [program, "import", str(log), "--out", str(folder / "out"), "--json"]
    run = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["runs"][0]
    with open(folder / "out" / run["curves"][0]["file"]) as file:
        points = [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(file)]
    return points, run["schedule"]


def write_tensorboard(folder, double):
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(folder / "run") as writer:
        for step in range(0, STEPS, EVERY):
            writer.add_scalar("train/loss", loss_at(step), step, new_style=double, double_precision=double)
            writer.add_scalar("train/lr", lr_at(step), step, new_style=double, double_precision=double)
    exact = float if double else as_float
    return next((folder / "run").glob("events*")), [(step, exact(loss_at(step))) for step in range(0, STEPS, EVERY)]


def write_lightning(folder):
    from lightning.pytorch.loggers import CSVLogger

    logger = CSVLogger(folder, name="run")
    for step in range(0, STEPS, EVERY):
        logger.log_metrics({"lr-AdamW": lr_at(step)}, step)
        logger.log_metrics({"train_loss": loss_at(step)}, step)
    logger.save()
    return next(folder.glob("run/*/metrics.csv")), [(step, loss_at(step)) for step in range(0, STEPS, EVERY)]


def write_trainer(folder):
    import torch
    from transformers import Trainer, TrainingArguments

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(1))

        def forward(self, x):
            return {"loss": (self.weight * x).square().mean() + 1}

    data = [{"x": torch.tensor([float(i % 7)])} for i in range(64)]
    arguments = TrainingArguments(
        output_dir=str(folder / "run"), max_steps=STEPS, warmup_steps=WARMUP, learning_rate=PEAK, logging_steps=EVERY,
        lr_scheduler_type="cosine", save_steps=STEPS, report_to=[], use_cpu=True, disable_tqdm=True)
    trainer = Trainer(model=Model(), args=arguments, train_dataset=data)
    trainer.train()
    entries = [entry for entry in trainer.state.log_history if "loss" in entry]
    return folder / "run" / f"checkpoint-{STEPS}" / "trainer_state.json", [(e["step"], e["loss"]) for e in entries]


WRITERS = {
    "PyTorch's SummaryWriter": lambda folder: write_tensorboard(folder, double=False),
    "PyTorch's SummaryWriter, double precision": lambda folder: write_tensorboard(folder, double=True),
    "Lightning's CSVLogger": write_lightning,
    "Hugging Face's Trainer": write_trainer,
}


def main():
    failed = ran = 0
    for name, write in WRITERS.items():
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            try:
                log, wanted = write(folder)
            except ImportError as reason:
                print(f"SKIPPED: {name} ({reason})")
                continue
            points, schedule = imported(sys.argv[1], log, folder)
            good = points == wanted and '"cosine"' in schedule and f"warmup_steps = {WARMUP}" in schedule
            print(f"{'ok' if good else 'FAILED'}: {name}: {len(points)} of {len(wanted)} points, {schedule}")
            ran += 1
            failed += not good
    print(f"{ran} programs compared, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
