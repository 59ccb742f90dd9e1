"""Exports schedules, runs them in PyTorch, transformers, Megatron, optax and DeepSpeed, and compares every update.

usage: round_trips.py PROGRAM [TARGET...]

For each framework it prints the library's version, how many schedules it made exactly, and the largest difference from
the rates of `losscast schedule --as csv`, over the peak: of exact exports from the schedule itself, of others from the
error that the export says it has. More than 1e-12 fails.
"""
import csv
import importlib
import importlib.metadata
import importlib.util
import io
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import types

TOLERANCE = 1e-12

LINEAR = 'family = "linear", peak_lr = 3e-4, warmup_steps = 20, total_steps = 300'
COSINE = 'family = "cosine", peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 20, total_steps = 300'
WSD = 'family = "wsd", peak_lr = 3e-4, warmup_steps = 20, decay_start = 240, total_steps = 300'
SCHEDULES = [
    'family = "constant", peak_lr = 3e-4, total_steps = 300',
    'family = "constant", peak_lr = 3e-4, warmup_steps = 20, total_steps = 300',
    LINEAR,
    LINEAR + ", final_lr = 1e-5, warmup_start_lr = 1e-5",
    LINEAR + ", decay_start = 100, decay_end = 280",
    COSINE,
    COSINE + ', warmup_start_lr = 1e-5, warmup_shape = "cosine"',
    COSINE + ", decay_end = 250",
    COSINE + ", decay_end = 400",
    'family = "cosine", peak_lr = 3e-4, warmup_steps = 20, total_steps = 300',
    # A step ahead, as PyTorch's OneCycleLR and one of the Trainer's cosines are.
    'family = "cosine", peak_lr = 3e-4, final_lr = 3e-5, warmup_start_lr = 1.5e-5, warmup_steps = 19, decay_end = 299,'
    " total_steps = 300",
    WSD,
    WSD + ", final_lr = 3e-6",
    WSD + ", final_lr = 3e-6, warmup_start_lr = 3e-6",
    WSD + ', shape = "sqrt"',
    WSD + ', shape = "cosine", final_lr = 3e-5, decay_end = 290',
    WSD + ', shape = "exponential", final_lr = 3e-6',
    WSD + ', shape = "halving", final_lr = 3e-6',
    WSD + ', shape = "power", exponent = 2.5',
    'family = "two-stage", peak_lr = 3e-4, final_lr = 1e-4, decay_start = 200, total_steps = 300',
    'family = "multi-step", peak_lr = 3e-4, warmup_steps = 20, total_steps = 300',
    'family = "polynomial", peak_lr = 3e-4, final_lr = 1e-6, exponent = 2, warmup_steps = 20, total_steps = 300',
    'family = "inverse-sqrt", peak_lr = 3e-4, warmup_steps = 20, total_steps = 300',
    'family = "inverse-sqrt", peak_lr = 3e-4, warmup_steps = 20, timescale = 70, decay_start = 250, total_steps = 300',
    'family = "power", peak_lr = 3e-4, warmup_steps = 20, total_steps = 300',
    'family = "cosine-restarts", peak_lr = 3e-4, final_lr = 1e-6, restarts = 3, warmup_steps = 20, total_steps = 300',
    'family = "cosine-restarts", peak_lr = 3e-4, final_lr = 0, restarts = 3, warmup_steps = 20, total_steps = 300',
    'family = "cyclic", peak_lr = 3e-4, final_lr = 1e-5, cycle_steps = 40, cycle_factor = 0.8, total_steps = 300',
    'family = "knots", steps = [0, 10, 11, 200, 299], lrs = [0, 3e-4, 1e-4, 2e-4, 0], total_steps = 300',
    # Lists of rates in Python, in the module and beside it.
    'family = "cyclic", peak_lr = 3e-4, final_lr = 1e-5, cycle_steps = 4, total_steps = 300',
    'family = "cyclic", peak_lr = 3e-4, final_lr = 1e-5, cycle_steps = 4, total_steps = 1500',
    'family = "phases", phases = [ { %s }, { %s } ]' % (WSD, COSINE),
]


def export(program, schedule, target, folder):
    """The JSON of an export, none where no form is near, and the file that it was written to."""
    file = pathlib.Path(folder) / ("made_" + target + ".py")
    words = [program, "schedule", "{ " + schedule + " }", "--as", target, "--out", str(file), "--json"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode == 2 and b"no form near the schedule" in done.stderr:
        return None, file
    done.check_returncode()
    return json.loads(done.stdout)["export"], file


def table(program, schedule):
    """The rows of the table of all updates."""
    words = [program, "schedule", "{ " + schedule + " }", "--as", "csv"]
    text = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout.decode()
    return list(csv.DictReader(io.StringIO(text)))


def module_of(file):
    spec = importlib.util.spec_from_file_location("made", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def adamw(lr):
    import torch

    return torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=lr)


def stepped(optimizer, scheduler, total):
    """The LR of each update in a loop in which the scheduler follows the optimiser."""
    out = []
    for _ in range(total):
        out.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return out


def by_pytorch(file, total):
    made = module_of(file)
    optimizer = adamw(made.PEAK_LR)
    return stepped(optimizer, made.make_scheduler(optimizer), total)


def by_transformers(file, total):
    import transformers

    arguments = module_of(file).training_arguments
    optimizer = adamw(arguments["learning_rate"])
    scheduler = transformers.get_scheduler(
        arguments["lr_scheduler_type"],
        optimizer,
        num_warmup_steps=arguments["warmup_steps"],
        num_training_steps=arguments["max_steps"],
        scheduler_specific_kwargs=arguments.get("lr_scheduler_kwargs"),
    )
    return stepped(optimizer, scheduler, total)


def by_megatron(file, total):
    from megatron.core.optimizer_param_scheduler import OptimizerParamScheduler

    lines = [line.split() for line in file.read_text().splitlines() if not line.startswith("#")]
    flags = {name[2:]: value for name, value in lines}
    batch = 4  # samples; Megatron counts them
    optimizer = adamw(float(flags["lr"]))
    scheduler = OptimizerParamScheduler(
        optimizer,
        init_lr=float(flags["lr-warmup-init"]),
        max_lr=float(flags["lr"]),
        min_lr=float(flags["min-lr"]),
        lr_warmup_steps=int(flags["lr-warmup-iters"]) * batch,
        lr_decay_steps=int(flags["lr-decay-iters"]) * batch,
        lr_decay_style=flags["lr-decay-style"],
        start_wd=0.1,
        end_wd=0.1,
        wd_incr_steps=int(flags["train-iters"]) * batch,
        wd_incr_style="constant",
        wsd_decay_steps=int(flags["lr-wsd-decay-iters"]) * batch if "lr-wsd-decay-iters" in flags else None,
        lr_wsd_decay_style=flags.get("lr-wsd-decay-style"),
    )
    return stepped(optimizer, types.SimpleNamespace(step=lambda: scheduler.step(increment=batch)), total)


def by_optax(file, total):
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    made = module_of(file)
    # The updates of SGD on a gradient of -1 are the rates that it has used.
    optimizer = optax.sgd(made.learning_rate)
    gradient = jnp.asarray(-1.0, dtype=jnp.float64)

    def one(state, _):
        update, state = optimizer.update(gradient, state)
        return state, update

    _, updates = jax.lax.scan(one, optimizer.init(jnp.asarray(0.0, dtype=jnp.float64)), None, length=total)
    return [float(update) for update in updates]


def by_deepspeed(file, total):
    schedulers = deepspeed_schedulers()
    made = json.loads(file.read_text())
    optimizer = adamw(made["optimizer"]["params"]["lr"])
    scheduler = getattr(schedulers, made["scheduler"]["type"])(optimizer, **made["scheduler"]["params"])
    return stepped(optimizer, scheduler, total)


def deepspeed_schedulers():
    """DeepSpeed's module of schedulers: of the installed package, or LOSSCAST_DEEPSPEED_SCHEDULERS, its file alone."""
    file = os.environ.get("LOSSCAST_DEEPSPEED_SCHEDULERS")
    if not file:
        return importlib.import_module("deepspeed.runtime.lr_schedules")
    logger = logging.getLogger("deepspeed")
    logger.setLevel(logging.ERROR)
    for name in ("deepspeed", "deepspeed.utils"):
        sys.modules.setdefault(name, types.ModuleType(name)).logger = logger
    return module_of(file)


TARGETS = {
    "pytorch": (by_pytorch, "torch", lambda: importlib.import_module("torch")),
    "huggingface": (by_transformers, "transformers", lambda: importlib.import_module("transformers")),
    "megatron": (
        by_megatron,
        "megatron-core",
        lambda: importlib.import_module("megatron.core.optimizer_param_scheduler"),
    ),
    "optax": (by_optax, "optax", lambda: importlib.import_module("optax")),
    "deepspeed": (by_deepspeed, "deepspeed", deepspeed_schedulers),
}


def check_stairs(program, target, folder):
    """Whether weight decay and batch size are those of the table, for a target that has them as functions."""
    stairs = "{ steps = [0, 7, 200], values = [0.1, 0.02, 0] }"
    schedule = COSINE + f", weight_decay = {stairs}, batch = {{ steps = [0, 20], values = [1000, 2000] }}"
    made = module_of(export(program, schedule, target, folder)[1])
    right = True
    for row in table(program, schedule):
        step = int(row["step"])
        for function, column in ((made.weight_decay, "weight_decay"), (made.batch_tokens, "batch")):
            right = right and abs(float(function(step)) - float(row[column])) <= TOLERANCE * float(row[column])
    if not right:
        print(f"  {target}: weight decay or batch size differ: {schedule}")
    return right


def version_of(package):
    if package == "deepspeed" and "LOSSCAST_DEEPSPEED_SCHEDULERS" in os.environ:
        return "of " + os.environ["LOSSCAST_DEEPSPEED_SCHEDULERS"]
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "of an unknown version"


def compare(program, target, run, folder):
    """The number of exact exports and the largest difference from what an export promises; refused ones do not count."""
    exact, worst, where = 0, 0.0, ""
    for schedule in SCHEDULES:
        wanted = [float(row["lr"]) for row in table(program, schedule)]
        peak = max(wanted)
        made, file = export(program, schedule, target, folder)
        if made is None:
            continue
        got = run(file, len(wanted))
        errors = [abs(one - other) / peak for one, other in zip(got, wanted)]
        exact += made["exact"]
        if made["exact"]:
            off = max(errors)
        else:
            off = max(abs(max(errors) - made["error"]), abs(errors[made["step"]] - made["error"]))
        if off > worst:
            worst, where = off, schedule
        if off > TOLERANCE:
            print(f"  {target}: off by {off:.3g}: {schedule} ({made['form']})")
    return exact, worst, where


def main():
    program = str(pathlib.Path(sys.argv[1]).absolute())
    failed, ran = False, 0
    for target in sys.argv[2:] or TARGETS:
        run, package, load = TARGETS[target]
        try:
            load()
        except ImportError as error:
            print(f"{target}: SKIPPED: {package} is not installed ({error})")
            continue
        ran += 1
        with tempfile.TemporaryDirectory() as folder:
            exact, worst, where = compare(program, target, run, folder)
            failed = failed or (target in ("pytorch", "optax") and not check_stairs(program, target, folder))
        print(
            f"{target}, {package} {version_of(package)}: {exact} of {len(SCHEDULES)} schedules exact, "
            f"at most {worst:.2g} of the peak from what was said ({where})"
        )
        failed = failed or not worst <= TOLERANCE
    if ran == 0:
        print("SKIPPED: no framework is installed")
    sys.exit(failed)


main()
