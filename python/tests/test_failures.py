"""An exception crosses whatever its own methods do: who cannot tell of it would never end its call."""

import builtins

import pytest

from dspex_worker.failures import BridgeError, HostError, from_failure, to_failure


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


def host_error(**more):
    options = {"code": "LM_RATE_LIMITED", "kind": "LmError", "retryable": True, "details": {"status": 429}}
    return HostError("slower", request=7, **{**options, **more})


def test_an_error_of_the_host_goes_back_with_all_that_it_came_with():
    failure = to_failure(host_error())
    assert (failure.request, failure.code, failure.type, failure.message) == (7, "LM_RATE_LIMITED", "LmError", "slower")
    assert (failure.retryable, failure.details) == (True, '{"status": 429}')
    assert to_failure(raised_from(host_error())).cause.request == 7
    again = from_failure(failure, 9)
    assert vars(again) == {**vars(host_error()), "request": 9}


@pytest.mark.parametrize("number", [None, "7", -1, 2**40, Mute("x")])
def test_a_request_that_is_none_refers_to_nothing_and_ends_the_call(number):
    error = host_error()
    error.request = number
    assert to_failure(error).code == "LM_RATE_LIMITED"


def test_errors_of_other_classes_refer_to_no_request():
    error = ValueError("x")
    error.request = 7
    assert to_failure(error).request == 0
