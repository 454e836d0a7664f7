"""The frame of a call that failed: there is one, whatever it failed with."""

import pytest

from dspex_worker import execution
from dspex_worker.failures import Cancelled
from dspex_worker.frames import call_field
from dspex_worker.wire import pb


class Failing:
    """A call as its failure sees it."""

    field = call_field(7)
    handler = "h"

    def __init__(self, cancelled=None):
        self.cancelled = cancelled


class Classless(Exception):
    @property
    def __class__(self):
        raise SystemExit


def failure_of(error, cancelled=None):
    [frame] = pb.WorkerBatch.FromString(execution._failed(Failing(cancelled), error)).frames
    assert frame.call == 7
    return frame.result.failure


@pytest.mark.parametrize(
    ("raised", "cancelled", "code", "kind"),
    [
        (ValueError, None, "", "ValueError"),
        (Classless, None, "", "test_execution.Classless"),
        (Cancelled, None, "BRIDGE_CALL_CANCELLED", ""),
        (Classless, "enough", "BRIDGE_CALL_CANCELLED", ""),
        (Classless, "deadline: late", "BRIDGE_CALL_TIMEOUT", "dspex_worker.failures.BridgeError"),
    ],
)
def test_says_what_happened(raised, cancelled, code, kind):
    failure = failure_of(raised("no"), cancelled)
    assert (failure.code, failure.type) == (code, kind)


def test_there_is_one_where_not_even_the_failure_can_be_made(monkeypatch):
    def no_memory(_error):
        raise MemoryError

    monkeypatch.setattr(execution, "to_failure", no_memory)
    assert "cannot be told" in failure_of(ValueError("no")).message
