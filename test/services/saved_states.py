"""Loads a file that dspex saved of a ChainOfThought, says whether nothing was lost, and saves it with a demonstration and a model."""

import json
import sys
from pathlib import Path

import dspy

given = json.load(sys.stdin)
program = dspy.ChainOfThought(dspy.Signature(given["signature"], "Count."))
fresh = program.dump_state()
program.load(given["file"])
same = program.dump_state() == fresh
program.predict.demos = [{"question": "a demonstration", "reasoning": "r", "answer": 1}]
program.predict.lm = dspy.LM("openai/none", temperature=0.25)
saved = Path(given["file"]).with_name("saved.json")
program.save(str(saved))
print(json.dumps({"same": same, "saved": str(saved)}))
