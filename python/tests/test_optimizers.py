"""Optimizers of DSPy's that are run, or refused, each for its reason."""

from __future__ import annotations

from typing import Any

import dspy
import pytest
from dspy.teleprompt import teleprompt_optuna

from dspex_worker import optimizers
from dspex_worker.failures import BridgeError


@pytest.mark.parametrize("name", ["dspy.KNNFewShot", "dspy.AvatarOptimizer", "dspy.Ensemble", "dspy.BootstrapFinetune"])
def test_one_that_cannot_be_run_is_refused_with_a_remedy(name: str) -> None:
    with pytest.raises(BridgeError) as raised:
        optimizers.check_fit(name)
    assert raised.value.code == "BRIDGE_OPTIMIZER_UNFIT"
    assert name in str(raised.value)


def test_one_that_can_be_run_is_not() -> None:
    optimizers.check_fit("dspy.MIPROv2")


def test_avatar_optimizer_fails_in_dspy_alone_as_well() -> None:
    # Once it does not, it can be registered.
    with pytest.raises(AttributeError, match="TypedPredictor"):
        dspy.AvatarOptimizer(metric=lambda *_: 1)


def test_a_part_that_trains_is_refused_only_where_the_strategy_names_it() -> None:
    program = dspy.Predict("question -> answer")
    example = dspy.Example(question="q", answer="a").with_inputs("question")

    def metric(*_: Any) -> float:
        return 1.0

    made = optimizers.BetterTogether(metric, few=dspy.LabeledFewShot(k=1), w=dspy.BootstrapFinetune(metric))
    with pytest.raises(BridgeError, match="its part 'w' trains"):
        made.compile(program, trainset=[example], strategy="few -> w", valset_ratio=0)
    lm = dspy.utils.DummyLM([{"answer": "a"}])
    lm.launch = lm.kill = lambda: None
    with dspy.context(lm=lm):
        found = made.compile(program, trainset=[example], strategy="few", valset_ratio=0)
    assert [demo.answer for demo in found.demos] == ["a"]


def test_studies_draw_from_a_seed_in_searches_and_as_ever_outside_them() -> None:
    optimizers._seed_studies()

    def drawn() -> list[Any]:
        study = teleprompt_optuna._import_optuna().create_study(direction="maximize")
        study.optimize(lambda trial: trial.suggest_int("n", 0, 10**9), n_trials=3)
        return [trial.params["n"] for trial in study.trials]

    assert drawn() != drawn()
    token = optimizers._seed.set(7)
    try:
        assert drawn() == drawn()
    finally:
        optimizers._seed.reset(token)
