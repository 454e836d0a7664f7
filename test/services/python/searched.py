"""What searches in Python are tried on: the two-step program, its metric, and an optimizer of one's own."""

import asyncio

import dspex
import dspy
from dspy.teleprompt import Teleprompter


@dspex.register
class P(dspy.Module):
    def __init__(self):
        super().__init__()
        self.step1 = dspy.Predict("question -> hint")
        self.step2 = dspy.Predict("question, hint -> answer")

    def forward(self, question):
        hint = self.step1(question=question).hint
        return self.step2(question=question, hint=hint)


@dspex.register
def is_right(example, prediction, trace=None, pred_name=None, pred_trace=None):
    return float(prediction.answer == example.answer)


@dspex.register("FirstDemos")
class FirstDemos(Teleprompter):
    """Shows the first examples to the predictors that are named, and evaluates that."""

    def __init__(self, metric, count, to, judge=None):
        super().__init__()
        self.metric, self.count, self.to, self.judge = metric, count, to, judge

    def compile(self, student, *, trainset, teacher=None, valset=None):
        shown = student.deepcopy()
        for name, predictor in shown.named_predictors():
            if name in self.to:
                predictor.demos = trainset[: self.count]
        shown.score = dspy.Evaluate(devset=valset or trainset, metric=self.judge or self.metric)(shown).score
        return shown


@dspex.register("Awaits")
class Awaits(Teleprompter):
    """Awaits the student on all examples at once, and shows those that it gets right."""

    def __init__(self, metric):
        super().__init__()
        self.metric = metric

    def compile(self, student, *, trainset, teacher=None, valset=None):
        async def ask():
            return await asyncio.gather(*(student.acall(**example.inputs()) for example in trainset))

        answered = asyncio.run(ask())
        shown = student.deepcopy()
        right = [example for example, answer in zip(trainset, answered, strict=True) if self.metric(example, answer)]
        for predictor in shown.predictors():
            predictor.demos = right
        return shown


def embed(texts):
    """Texts are near to each other that have the same digits."""
    return [[float(text.count(digit)) for digit in "0123456789"] for text in texts]


@dspex.register("Nearest")
class Nearest(dspy.Module):
    """Bootstraps with each call, from the examples nearest to it."""

    def __init__(self, signature, k):
        super().__init__()
        examples = [
            dspy.Example(question=f"q{i}", answer="yes" if i % 3 else "no").with_inputs("question") for i in range(12)
        ]
        vectorizer = dspy.Embedder(embed, caching=False)
        made = dspy.KNNFewShot(k, examples, vectorizer, metric=is_right, max_labeled_demos=1)
        self.nearest = made.compile(dspy.Predict(signature))

    def forward(self, **inputs):
        return self.nearest(**inputs)


@dspex.register("LooksUp")
class LooksUp(dspy.Module):
    """Asks a function of the host before it answers."""

    def __init__(self, tools):
        super().__init__()
        self.lookup = tools[0]
        self.answer = dspy.Predict("question, hint -> answer")

    def forward(self, question):
        return self.answer(question=question, hint=self.lookup(question=question))
