"""The messages of `proto/dspex.proto`, as `python/scripts/generate_wire.py` writes them."""

from . import dspex_pb2 as pb

__all__ = ["pb"]
