"""Prints the public names of dspy, as JSON."""

import json

import dspy

print(json.dumps(sorted(name for name in dir(dspy) if not name.startswith("_"))))
