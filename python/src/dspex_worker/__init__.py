"""The Python side of dspex's bridge: `python -m dspex_worker` is one worker, started by its host.

Modules that register handlers import `dspex` instead.
"""

# Nothing is imported here: the guardian forks before protobuf and gRPC are loaded.
__version__ = "0.1.0"
