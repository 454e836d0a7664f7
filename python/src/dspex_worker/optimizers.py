"""Which of DSPy's optimizers there are, what some need to be begun again with the same result, and why others are not there.

Knows nothing of hosts and searches.
"""

from __future__ import annotations

import contextvars
from types import SimpleNamespace
from typing import Any

import dspy
from dspy.teleprompt import teleprompt_optuna

from .failures import BridgeError
from .finetune import FinetuneData
from .registry import registry

_AS_THEY_ARE = (
    "BootstrapFewShot",
    "BootstrapFewShotWithRandomSearch",
    "BootstrapRS",
    "COPRO",
    "GEPA",
    "InferRules",
    "LabeledFewShot",
    "MIPROv2",
    "SIMBA",
)
# Why each is not there, and what to do instead.
_UNFIT = {
    "dspy.KNNFewShot": (
        "it answers a program that bootstraps anew with each call, from the examples nearest to it, and no saved state says that",
        "Register a class of programs that makes one in its constructor and calls it in `forward`, and run that: python('Nearest', …)",
    ),
    "dspy.Ensemble": (
        "it puts programs together and looks at no example",
        "Call the programs in a module of your own, or in a registered class of programs",
    ),
    "dspy.BootstrapFinetune": (
        "it trains a model, which models of the host do not let it do",
        "dspex.FinetuneData is all of it up to the training: it collects the data",
    ),
}
_NO_TYPED_PREDICTOR = (
    "it calls dspy.TypedPredictor, which this release of DSPy has no more, so that it fails in DSPy alone as well",
    "dspy.GEPA, dspy.SIMBA and dspy.MIPROv2 write instructions for agents, dspy.ReAct for one",
)
_seed: contextvars.ContextVar[int | None] = contextvars.ContextVar("dspex_optuna_seed", default=None)


class BetterTogether(dspy.BetterTogether):  # type: ignore[misc]
    """DSPy's, on predictors that ask the search's model where they name none, and with a seed where nobody gives one."""

    def compile(
        self,
        student: Any,
        *,
        trainset: Any,
        teacher: Any = None,
        valset: Any = None,
        seed: int | None = None,
        strategy: str = "p -> w -> p",
        **given: Any,
    ) -> Any:
        """Runs the optimizers that the strategy names, one after the other, and answers the best program on the way."""
        asked = set(strategy.split(self.STRAT_SEP))
        for name, made in self.optimizers.items():
            if name in asked and isinstance(made, dspy.BootstrapFinetune):
                reason = f"its part {name!r} trains a model, which models of the host do not let it do"
                way = "Give it others, innerOptimizer('dspy.MIPROv2', …), and a `strategy` that names those"
                raise _unfit("dspy.BetterTogether", reason, way)
        for predictor in student.predictors():
            predictor.lm = predictor.lm or dspy.settings.lm
        told = {"trainset": trainset, "teacher": teacher, "valset": valset, "strategy": strategy, **given}
        # Without a seed DSPy draws from the clock.
        return super().compile(student, seed=seed or 0, **told)


class BootstrapFewShotWithOptuna(dspy.BootstrapFewShotWithOptuna):  # type: ignore[misc]
    """DSPy's, drawing from a generator that has a seed: begun again it must draw the same."""

    def __init__(self, *args: Any, seed: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seed = seed

    def compile(self, student: Any, *, teacher: Any = None, max_demos: int, trainset: Any, valset: Any = None) -> Any:
        """Tries one demonstration for each predictor at a time, and answers the program that did best."""
        token = _seed.set(self._seed)
        try:
            return super().compile(student, teacher=teacher, max_demos=max_demos, trainset=trainset, valset=valset)
        finally:
            _seed.reset(token)


def register_optimizers() -> None:
    """Registers those that can be run here. For the main thread, once."""
    for name in _AS_THEY_ARE:
        registry.add(getattr(dspy, name), f"dspy.{name}")
    registry.add(BetterTogether, "dspy.BetterTogether")
    registry.add(BootstrapFewShotWithOptuna, "dspy.BootstrapFewShotWithOptuna")
    registry.add(FinetuneData, "dspex.FinetuneData")
    _seed_studies()


def check_fit(name: str) -> None:
    """Raises BRIDGE_OPTIMIZER_UNFIT for one of DSPy's that cannot be run here, with what to do instead."""
    found = _UNFIT.get(name)
    if name == "dspy.AvatarOptimizer" and not hasattr(dspy, "TypedPredictor"):
        found = _NO_TYPED_PREDICTOR
    if found is not None:
        raise _unfit(name, *found)


def _unfit(name: str, reason: str, way: str) -> BridgeError:
    return BridgeError("BRIDGE_OPTIMIZER_UNFIT", f"{name!r} cannot be run: {reason}. {way}.", details={"name": name})


def _seed_studies() -> None:
    """Has Optuna's studies that DSPy makes draw from the seed of the search, in searches only."""
    find = teleprompt_optuna._import_optuna

    def find_seeded() -> Any:
        optuna = find()
        seed = _seed.get()
        if seed is None:
            return optuna
        sampler = optuna.samplers.TPESampler(seed=seed)
        return SimpleNamespace(create_study=lambda **given: optuna.create_study(sampler=sampler, **given))

    teleprompt_optuna._import_optuna = find_seeded
