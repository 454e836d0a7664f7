"""How long a handler takes, as far as it has shown: whether whoever reads the stream may run it. Knows nothing of threads."""

from __future__ import annotations

_SHORT_S = 0.001
"""Ten times what it costs to hand a call to another thread; frames that come meanwhile wait so long."""
_SURE = 3
_FIRST_DOUBT = 16
_MOST_DOUBT = 100_000
_FORGIVEN = -1000


class Pace:
    """What a handler has shown. One that took long is doubted for many calls, each further time for more, until a thousand were short."""

    __slots__ = ("_doubt", "_left")

    def __init__(self) -> None:
        self._left = _SURE
        self._doubt = _FIRST_DOUBT

    @property
    def is_short(self) -> bool:
        """Whether its last calls were short, none of them waited for the host, and there were enough of them."""
        return self._left <= 0

    def took(self, seconds: float, has_asked: bool) -> None:
        """A call has ended."""
        if seconds < _SHORT_S and not has_asked:
            self._left -= 1
            if self._left < _FORGIVEN:
                self._left, self._doubt = 0, _FIRST_DOUBT
        else:
            self._left = self._doubt
            self._doubt = min(2 * self._doubt, _MOST_DOUBT)
