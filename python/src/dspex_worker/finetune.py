"""What DSPy would train models on: BootstrapFinetune up to the point where it starts to train.

Knows nothing of hosts.
"""

from __future__ import annotations

from typing import Any

import dspy
from dspy.teleprompt.bootstrap_trace import FailedPrediction


class FinetuneData(dspy.BootstrapFinetune):  # type: ignore[misc]
    """Runs the teacher on the examples and keeps the requests and answers of the runs that pass, as training data. Trains nothing."""

    finetune_data: list[dict[str, Any]]

    def compile(self, student: Any, trainset: list[Any], teacher: Any = None) -> Any:
        """Answers the student as it was, with the data on it as `finetune_data`."""
        for predictor in student.predictors():
            predictor.lm = predictor.lm or dspy.settings.lm
        compiled = super().compile(student, trainset=trainset, teacher=teacher)
        compiled.finetune_data = self.finetune_data
        return compiled

    def _prepare_finetune_data(self, trace_data: list[dict[str, Any]], **asked: Any) -> Any:
        # DSPy takes an answer that could not be read, which scores -1, for one that passed, and then fails over it.
        read = [entry for entry in trace_data if not isinstance(entry["prediction"], FailedPrediction)]
        return super()._prepare_finetune_data(trace_data=read, **asked)

    def finetune_lms(self, finetune_dict: dict[Any, dict[str, Any]]) -> dict[Any, Any]:
        """Keeps the data in place of training on it; each model stays what it is."""
        self.finetune_data = [
            {"format": str(job["train_data_format"]), "examples": job["train_data"]} for job in finetune_dict.values()
        ]
        return {key: job["lm"] for key, job in finetune_dict.items()}
