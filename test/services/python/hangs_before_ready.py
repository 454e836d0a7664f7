"""Stands for a library whose thread holds the interpreter just after the worker said where it listens, when it freezes what it has."""

import ctypes
import gc
from typing import Any

_libc: Any = ctypes.PyDLL(None)


def _hold() -> None:
    _libc.sleep(1000)


gc.freeze = _hold
