"""The number format in which a zero-shot model runs fastest on the machine at hand.

A model is made in every format that the machine may be good at, and each is tried on the same few
pairs. A format is taken only when its scores agree with float32. What is fast differs more
between CPUs than between models: bfloat16 needs instructions of its own (AVX512-BF16, AMX), and
so does int8 (VNNI).
"""

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from tfw.errors import ModelError
from tfw.relevance.models import Scores

logger = logging.getLogger(__name__)

FASTEST = "fastest"
FLOAT32 = "float32"
ON_CPU = (FLOAT32, "bfloat16", "int8")
ON_GPU = (FLOAT32, "float16", "bfloat16")
PRECISIONS = (FASTEST, FLOAT32, "bfloat16", "float16", "int8")
# Less than the difference that is promised (0.02): the probe sees few texts, a user scores many.
AGREEMENT = 0.015
# The best of so many tries counts; other work on the machine only ever makes a try slower.
TRIES = 3
ENOUGH_SECONDS = 0.4
# Another format must be this much faster, or the choice would hang on chance.
WORTH_IT = 1.15

# A torch module; torch is an optional package and has no types here.
Module = Any
Score = Callable[[Module], Scores]


@dataclass(frozen=True)
class Trial:
    """How a precision did on the probe: seconds, and its largest difference from float32."""

    precision: str
    seconds: float
    difference: float

    @property
    def agrees(self) -> bool:
        """Whether the scores may stand for those of float32."""
        return self.difference <= AGREEMENT


def check_precision(precision: str) -> None:
    """Refuse a precision that does not exist.

    Raises:
        ModelError: with the names that are valid.
    """
    if precision not in PRECISIONS:
        raise ModelError(f"precision is {precision!r}; valid are {', '.join(PRECISIONS)}.")


def prepare(model: Module, precision: str, device: str, score: Score) -> tuple[Module, str]:
    """The model in the wished precision, and which one that is.

    Args:
        model: in float32, on its device.
        precision: one of ``PRECISIONS``; ``"fastest"`` probes, which takes about two seconds.
        device: ``"cpu"`` or ``"cuda"``.
        score: the scores of the probe pairs by a given model.

    Raises:
        ModelError: the precision is unknown, or the device has it not.
    """
    check_precision(precision)
    offered = ON_CPU if device == "cpu" else ON_GPU
    if precision == FASTEST:
        return _fastest(model, offered, score)
    if precision not in offered:
        raise ModelError(
            f"{precision} is not for this device ({device}); valid are {', '.join(offered)}."
        )
    return converted(model, precision), precision


def _fastest(model: Module, offered: tuple[str, ...], score: Score) -> tuple[Module, str]:
    best, reference = try_out(model, FLOAT32, score)
    chosen = model
    for precision in offered[1:]:
        try:
            candidate = converted(model, precision)
            trial, _ = try_out(candidate, precision, score, reference)
        # Some models' code looks at the weights of its layers itself, as T5's does.
        except (AttributeError, RuntimeError, TypeError) as error:
            logger.info("%s does not run this model: %s", precision, error)
            continue
        logger.info("%s: %.3f s, differs by %.4f", precision, trial.seconds, trial.difference)
        if trial.agrees and trial.seconds * WORTH_IT < best.seconds:
            best, chosen = trial, candidate
    return chosen, best.precision


def try_out(
    model: Module, precision: str, score: Score, reference: Scores | None = None
) -> tuple[Trial, Scores]:
    """The time of the probe and its difference from the reference, and the scores."""
    scores = score(model)
    times: list[float] = []
    while len(times) < TRIES and sum(times) < ENOUGH_SECONDS:
        start = perf_counter()
        score(model)
        times.append(perf_counter() - start)
    difference = 0.0 if reference is None else float(np.abs(scores - reference).max())
    # A format that overflows gives nan, which agrees with nothing.
    return Trial(precision, min(times), difference if difference == difference else 1.0), scores


def converted(model: Module, precision: str) -> Module:
    """A copy of a model in another precision; the model itself for float32."""
    import torch

    if precision == FLOAT32:
        return model
    changed = copy.deepcopy(model)
    if precision == "int8":
        from tfw.relevance.int8 import Int8Linear

        return _with_layers(changed, Int8Linear)
    changed = changed.to(getattr(torch, precision))
    if precision == "bfloat16" and next(changed.parameters()).device.type == "cpu":
        from tfw.relevance.packed import PackedLinear, can_pack

        return _with_layers(changed, PackedLinear) if can_pack() else changed
    return changed


def _with_layers(model: Module, layer: Callable[[Module], Module]) -> Module:
    """The model with other linear layers; the small classifier on top stays as it is."""
    from torch import nn

    for name, module in list(model.named_modules()):
        for child_name, child in list(module.named_children()):
            on_top = "classif" in f"{name}.{child_name}" or "pooler" in f"{name}.{child_name}"
            if type(child) is nn.Linear and not on_top:
                setattr(module, child_name, layer(child))
    return model
