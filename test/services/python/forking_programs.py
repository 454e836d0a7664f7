"""A program whose constructor forks: its child must not take part in the worker's stream, nor outlive it."""

import os
import time

import dspex
import dspy


@dspex.register("ForksInside")
class ForksInside(dspy.Module):
    def __init__(self, signature):
        super().__init__()
        self.child = os.fork()
        while self.child == 0:
            time.sleep(1000)

    def forward(self, **inputs):
        return dspy.Prediction(answer=str(self.child))
