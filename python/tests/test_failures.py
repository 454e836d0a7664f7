"""An exception crosses whatever its own methods do: who cannot tell of it would never end its call."""

import builtins

import pytest

from dspex_worker.failures import BridgeError, HostError, to_failure


class Requesting(Exception):
    @property
    def request(self):
        """As httpx's do where they were raised without one."""
        raise RuntimeError("The .request property has not been set.")


class Mute(Exception):
    def __str__(self):
        raise KeyboardInterrupt


class Raising(Exception):
    """All that is looked at raises."""

    def __getattribute__(self, name):
        raise SystemExit(name)

    def __bool__(self):
        raise SystemExit


class Undecided(Exception):
    @property
    def retryable(self):
        raise ValueError("who knows")


class Caused(Exception):
    @property
    def __cause__(self):
        raise ValueError("no cause")


class Noted(Exception):
    @property
    def __notes__(self):
        raise KeyboardInterrupt


class Halved(str):
    def encode(self, *_args):
        return self


class HalfText(Exception):
    def __str__(self):
        return Halved("half \ud800")


def unreadable_host_error():
    error = HostError("x", request=3)
    del error.request
    return error


WICKED = {
    "request": lambda: Requesting("refused"),
    "text": lambda: Mute("x"),
    "class": lambda: type("Q" * 1_000_000, (Exception,), {})("long"),
    "everything": lambda: Raising("x"),
    "retryable": lambda: Undecided("x"),
    "cause": lambda: Caused("x"),
    "notes": lambda: Noted("x"),
    "half text": lambda: HalfText("x"),
    "details": lambda: BridgeError("CODE", "x", details={"it": Mute("x"), "int": 10**5000}),
    "no code": lambda: BridgeError(None, "x"),
    "no request": unreadable_host_error,
}


@pytest.mark.parametrize("name", WICKED)
def test_every_exception_is_told(name):
    # Made here: pytest itself looks at parameters.
    error = WICKED[name]()
    for raised in (error, raised_from(error), group_of(error)):
        failure = to_failure(raised)
        assert failure.type
        assert len(failure.SerializeToString()) < 100_000


def raised_from(cause):
    try:
        raise ValueError("outer") from cause
    except ValueError as error:
        return error


def group_of(error):
    # Python 3.10 has none.
    group = getattr(builtins, "ExceptionGroup", None)
    return error if group is None else group("many", [error] * 1000)


def test_what_cannot_be_read_of_an_exception_takes_nothing_else_with_it():
    failure = to_failure(raised_from(Undecided("which")))
    assert (failure.type, failure.message) == ("ValueError", "outer")
    assert failure.traceback.endswith("ValueError: outer\n")
    assert failure.cause.type.endswith("Undecided")
    assert failure.cause.message == "which"
    assert "Mute object" in to_failure(Mute("x")).message
    assert to_failure(Requesting("refused")).message == "refused"


def test_causes_end_where_they_go_round():
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    told = to_failure(first)
    depth = 0
    while told.HasField("cause"):
        told, depth = told.cause, depth + 1
    assert depth == 8
