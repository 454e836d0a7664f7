"""How long a handler takes, as far as it has shown: whether whoever reads the stream may run it. Knows nothing of threads."""

from __future__ import annotations

_SHORT_S = 0.0003
"""A few times what it costs to hand a call to another thread: calls that could wait side by side are run one after another instead."""
_SURE = 3
_FIRST_DOUBT = 16
_MOST_DOUBT = 100_000
_FORGIVEN = -64


class Pace:
    """What a handler has shown. One that took long after all is doubted for many calls, each further time for more."""

    __slots__ = ("_doubt", "_left")

    def __init__(self) -> None:
        self._left = _SURE
        self._doubt = _FIRST_DOUBT

    @property
    def is_short(self) -> bool:
        """Whether enough calls were short lately, and none of them waited for the host."""
        return self._left <= 0

    def took(self, seconds: float, *, was_thought_short: bool, has_asked: bool) -> None:
        """A call has ended."""
        if seconds < _SHORT_S and not has_asked:
            self._left -= 1
            if self._left < _FORGIVEN:
                self._left, self._doubt = 0, max(_FIRST_DOUBT, self._doubt // 2)
        elif was_thought_short or has_asked:
            self._left = self._doubt
            self._doubt = min(2 * self._doubt, _MOST_DOUBT)
        else:
            # In a thread of its own it may only have waited for the interpreter.
            self._left = max(self._left, _SURE)
