"""Optuna as a search for schedules, until its time is up: the tree-structured Parzen estimator and random search."""

import time
import warnings

import optuna
from search_objective import Objective
from search_spaces import Point, Range, Space, Value, schedule_text

VERSION = optuna.__version__
BATCH = 16  # of the styles that ask for several trials at once


def sampler_of(method: str, seed: int) -> optuna.samplers.BaseSampler:
    if method == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    if method == "tpe":
        return optuna.samplers.TPESampler(seed=seed)
    # As fast as it learns here: parameters jointly, each family's as a group, trials of a batch kept apart.
    return optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True, constant_liar=True)


METHODS = {"tpe": 1, "tpe-tuned": BATCH, "random": BATCH}  # and trials at once


def ask(trial: optuna.Trial, space: Space) -> Point:
    """A family has parameters of its own, which no trial of another family sets."""
    at = trial.suggest_categorical("family", range(len(space))) if len(space) > 1 else 0
    chosen: dict[str, Value] = {}
    for name, axis in space[at].axes.items():
        key = f"{at}.{name}"
        if not isinstance(axis, Range):
            chosen[name] = trial.suggest_categorical(key, axis)
        elif axis.kind == "integer":
            chosen[name] = trial.suggest_int(key, int(axis.low), int(axis.high))
        else:
            chosen[name] = trial.suggest_float(key, axis.low, axis.high, log=axis.kind == "log")
    return at, chosen


def search(space: Space, objective: Objective, method: str, seed: int, seconds: float) -> tuple[str, float]:
    """The schedule of the best trial, and the seconds that all took."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    start = time.perf_counter()
    study = optuna.create_study(sampler=sampler_of(method, seed))
    best, lowest = "", float("inf")
    while time.perf_counter() - start < seconds:
        trials = [study.ask() for _ in range(METHODS[method])]
        texts = [schedule_text(space, ask(trial, space)) for trial in trials]
        for trial, text, value in zip(trials, texts, objective(texts)):
            study.tell(trial, value)
            if value < lowest:
                best, lowest = text, value
    return best, time.perf_counter() - start
