"""When Python's collector comes, beside what it counts itself: it knows of objects, and neither of calls nor of bytes.

Knows nothing of what is called and sent.
"""

from __future__ import annotations

import gc

_OBJECTS_PER_CALL = 128
"""What a program has in use while it waits for its model: a dspy.Predict 92, a dspy.ChainOfThought 104."""
_LOOK_BYTES = 32_000_000


class Collector:
    """The collector of this process, told of what goes on."""

    def __init__(self) -> None:
        self._young, *self._older = gc.get_threshold()
        self._bytes = 0

    def under_way(self, calls: int) -> None:
        """With many calls under way most of what is young is in use, and would be gone through for nothing: it comes later."""
        gc.set_threshold(self._young + _OBJECTS_PER_CALL * calls, *self._older)

    def passed(self, size: int) -> None:
        """So many bytes have come or gone: a few objects that only the collector can free may keep large values."""
        self._bytes += size
        if self._bytes > _LOOK_BYTES:
            self._bytes = 0
            gc.collect(1)
