"""Loads a file that the command line saved of a ChainOfThought, says its demonstrations, and saves it as DSPy does, beside."""

import json
import sys
from pathlib import Path

import dspy

given = json.load(sys.stdin)
program = dspy.ChainOfThought(dspy.Signature(given["signature"]))
program.load(given["file"])
saved = Path(given["file"]).with_name("theirs.json")
program.save(str(saved))
theirs = json.loads(saved.read_text())
ours = json.loads(Path(given["file"]).read_text())
# Of versions each says its own.
for file in (theirs, ours):
    del file["metadata"]
shown = [dict(demo) for demo in program.predict.demos]
print(json.dumps({"demos": shown, "theirs": theirs, "ours": ours}))
