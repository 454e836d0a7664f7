"""Programs of a team's own, for the services tests."""

import dspex
import dspy


@dspex.register("Counter")
class Counter(dspy.Module):
    """Keeps what it should not: a call must not see what another left."""

    def __init__(self, signature):
        super().__init__()
        self.answer = dspy.Predict(signature)
        self.calls = 0

    def forward(self, **inputs):
        self.calls += 1
        return dspy.Prediction(answer=f"{self.answer(**inputs).answer} {self.calls}")


@dspex.register("Half")
class Half(dspy.Module):
    """Takes a float for what it is."""

    def __init__(self, signature):
        super().__init__()

    def forward(self, x):
        return {"kind": type(x).__name__, "half": x / 2}


@dspex.register("NotAProgram")
def not_a_program(*_args):
    return {"no": "module"}


@dspex.register("Forking")
class Forking(dspy.Module):
    def __init__(self, signature):
        super().__init__()
        raise RuntimeError("a constructor that fails")


@dspex.register("Pair")
class Pair(dspy.Module):
    """Two predictors, and no signature of its caller's."""

    def __init__(self, style, most=3):
        super().__init__()
        self.style = style
        self.most = most
        self.draft = dspy.Predict("question -> draft")
        self.steps = [dspy.ChainOfThought("draft -> answer, score: float")]

    def forward(self, question):
        draft = self.draft(question=question).draft
        answer = self.steps[0](draft=draft)
        return dspy.Prediction(answer=f"{self.style} {answer.answer}", score=answer.score)
