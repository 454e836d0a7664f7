"""What may be registered, and what is said of what is not."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import pytest

from dspex_worker.failures import BridgeError
from dspex_worker.registry import Registry


def plain() -> None: ...


async def coroutine() -> None: ...


def elements() -> Iterator[int]:
    yield 1


def test_knows_the_kinds_of_handlers() -> None:
    registry = Registry()
    for target in (plain, coroutine, elements):
        registry.add(target)
    assert [(each.name, each.kind) for each in registry.handlers] == [
        ("coroutine", "async"),
        ("elements", "stream"),
        ("plain", "sync"),
    ]


def test_refuses_a_name_for_two_things_but_not_twice_for_one() -> None:
    registry = Registry()
    registry.add(plain, "x")
    registry.add(plain, "x")
    with pytest.raises(ValueError, match="registered twice"):
        registry.add(elements, "x")


def test_refuses_a_class_that_is_no_program_and_no_data() -> None:
    class Thing: ...

    with pytest.raises(TypeError, match=r"no dspy\.Module"):
        Registry().add(Thing)


def test_never_imports_what_it_is_asked_for() -> None:
    for name in ("os.system", "builtins.eval", "dspex_worker.registry.Registry"):
        with pytest.raises(BridgeError) as caught:
            Registry().handler(name)
        assert caught.value.code == "BRIDGE_HANDLER_UNKNOWN"


def test_names_the_nearest() -> None:
    registry = Registry()
    registry.add(plain, "embed")
    with pytest.raises(BridgeError, match="Did you mean 'embed'"):
        registry.handler("embeds")


def test_finds_types_by_name() -> None:
    class Colour(enum.Enum):
        RED = 1

    registry = Registry()
    registry.add(Colour)
    assert registry.type_named("Colour") is Colour
    assert registry.name_of(Colour) == "Colour"
