"""The codec over every kind of value, against the golden values that both languages replay."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import math
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dspex_worker.codec import _plain_keys, decode, encode
from dspex_worker.failures import BridgeError
from dspex_worker.registry import Registry, registry

GOLDEN = json.loads((Path(__file__).parents[2] / "proto" / "golden" / "values.json").read_text())


class Colour(enum.Enum):
    RED = "red"


registry.add(Colour, "tests.Colour")

hashable = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(codec=None)),
    st.binary(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
    st.decimals(allow_nan=False),
    st.just(Colour.RED),
)
values = st.recursive(
    st.one_of(hashable, st.floats(), st.complex_numbers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=5), inner, max_size=4),
        st.dictionaries(st.tuples(st.integers(), st.text(max_size=2)), inner, max_size=3),
        st.sets(st.integers() | st.text(max_size=3), max_size=4),
        st.frozensets(st.integers(), max_size=4),
    ),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equal and of the same type throughout: `1 == 1.0` and `0.0 == -0.0` are differences here."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (one == other and math.copysign(1, one) == math.copysign(1, other)) or (
            math.isnan(one) and math.isnan(other)
        )
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


@given(values)
def test_is_read_back_exactly(value: Any) -> None:
    assert same(decode(encode(value)), value)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["title"])
def test_reads_and_rewrites_the_golden_values(golden: dict[str, str]) -> None:
    assert json.loads(encode(decode(golden["wire"].encode()))) == json.loads(golden["wire"])


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (1.0, {"$": ["float", 1.0]}),
        (2**70, {"$": ["int", str(2**70)]}),
        ((1, "a"), {"$": ["tuple", [1, "a"]]}),
        ({1: "a"}, {"$": ["dict", [[1, "a"]]]}),
        ({"1": "a"}, {"$": ["dict", [["1", "a"]]]}),
        ({"$": 1}, {"$": ["dict", [["$", 1]]]}),
        (Colour.RED, {"$": ["enum", "tests.Colour", "RED", "red"]}),
        (dt.timedelta(days=-1, microseconds=5), {"$": ["timedelta", -1, 0, 5]}),
        (decimal.Decimal("1.50"), {"$": ["decimal", "1.50"]}),
        (uuid.UUID(int=1), {"$": ["uuid", "00000000-0000-0000-0000-000000000001"]}),
    ],
)
def test_writes(value: Any, wire: Any) -> None:
    assert json.loads(encode(value)) == wire


def test_writes_a_set_the_same_whatever_its_order() -> None:
    assert encode({"b", "a", "c"}) == encode({"c", "b", "a"})


def test_takes_numpy_for_what_it_holds() -> None:
    numpy = pytest.importorskip("numpy")
    assert decode(encode({"a": numpy.float64(1), "b": numpy.arange(3)})) == {"a": 1.0, "b": [0, 1, 2]}


def test_keeps_models_and_predictions() -> None:
    dspy = pytest.importorskip("dspy")
    pydantic = pytest.importorskip("pydantic")

    class Person(pydantic.BaseModel):  # type: ignore[misc,name-defined]
        name: str
        age: float

    registry.add(Person, "tests.Person")
    example = dspy.Example(person=Person(name="Ada", age=1), n=1.0).with_inputs("n")
    back = decode(encode({"example": example, "prediction": dspy.Prediction(a=(1, 2))}))
    assert back["example"].person == Person(name="Ada", age=1.0)
    assert back["example"].inputs().keys() == ["n"]
    assert type(back["prediction"]) is dspy.Prediction and back["prediction"].a == (1, 2)


def test_refuses_what_has_no_form_naming_the_place() -> None:
    with pytest.raises(BridgeError, match=r"\$\.a\[1\]") as caught:
        encode({"a": [0, object()]})
    assert caught.value.code == "BRIDGE_VALUE_UNSERIALIZABLE"
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(BridgeError, match="a cycle"):
        encode(cycle)


@pytest.mark.parametrize(("base", "power"), [(2, 2048), (2, 2047), (10, 4300), (10, 50_000)])
def test_ints_of_many_digits_cross(base: int, power: int) -> None:
    value = base**power
    for each in (value, -value, {value: "as a key", "next": (value,)}):
        assert same(decode(encode(each)), each)
    assert encode(-(10**5000)) == b'{"$":["int","-0x%x"]}' % 10**5000
    assert encode(2**2048 - 1) == b'{"$":["int","%d"]}' % (2**2048 - 1)


@pytest.mark.parametrize(
    "around",
    [
        lambda inner: [inner],
        lambda inner: (inner,),
        lambda inner: {"a": inner},
        lambda inner: {1: inner},
        lambda inner: {10**5000: inner},
        lambda inner: frozenset([inner]),
    ],
)
def test_two_hundred_levels_cross_and_no_more(around: Any) -> None:
    value: Any = "é"
    for _ in range(200):
        value = around(value)
    on_bare_stack(lambda: same(decode(encode(value)), value))
    for _ in range(2):
        value = around(value)
    with pytest.raises(BridgeError, match="200 levels") as caught:
        on_bare_stack(lambda: encode(value))
    assert caught.value.code == "BRIDGE_VALUE_UNSERIALIZABLE"


def test_says_so_where_too_little_of_the_stack_is_left() -> None:
    value: Any = 1
    for _ in range(200):
        value = (value,)
    data = on_bare_stack(lambda: encode(value))
    for run, code in (
        (lambda: encode(value), "BRIDGE_VALUE_UNSERIALIZABLE"),
        (lambda: decode(data), "BRIDGE_PAYLOAD_INVALID"),
    ):
        with pytest.raises(BridgeError) as caught:
            on_bare_stack(lambda run=run: below(900, run))
        assert caught.value.code == code


def below(levels: int, run: Any) -> Any:
    return below(levels - 1, run) if levels else run()


def on_bare_stack(run: Any) -> Any:
    """What this answers in a thread of its own, which holds none of pytest's frames."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(run).result()


class Unworded:
    """A key without a text."""

    def __repr__(self) -> str:
        raise RuntimeError


def test_names_no_place_by_a_key_that_has_no_text() -> None:
    with pytest.raises(BridgeError, match="Unworded"):
        encode({Unworded(): 1})
    with pytest.raises(BridgeError, match=r"\$\.<tuple>"):
        encode({(1, 2): object()})


@pytest.mark.parametrize(
    "data", [b"{", b'{"$": ["function", "x"]}', b'{"$": 1}', b'{"$": ["int", "x"]}', b'{"$": ["tuple", 1]}']
)
def test_refuses_bytes_that_are_no_value(data: bytes) -> None:
    with pytest.raises(BridgeError) as caught:
        decode(data)
    assert caught.value.code == "BRIDGE_PAYLOAD_INVALID"


def test_refuses_an_enum_that_is_not_registered_with_the_nearest() -> None:
    known = Registry()
    known.add(Colour, "Colour")
    with pytest.raises(BridgeError, match="Did you mean 'Colour'") as caught:
        decode(b'{"$": ["enum", "Color", "RED", "red"]}', known)
    assert caught.value.code == "BRIDGE_TYPE_UNKNOWN"


def test_keys_are_kept_only_where_they_are_short():
    long = "k" * 100_000
    assert encode({long: 1, "short": 1}) == b'{"' + long.encode() + b'":1,"short":1}'
    assert "short" in _plain_keys
    assert long not in _plain_keys
