"""Values are written into prompts as DSPy writes them."""

import datetime
import decimal
import enum

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("dspy")

from dspy.adapters import json_adapter, utils

from dspex_worker import written_values


class Colour(enum.Enum):
    RED = "red"


class Model(pydantic.BaseModel):
    name: str
    colour: Colour = Colour.RED


class Text(str):
    pass


odd = st.sampled_from(
    [Colour.RED, Model(name="m"), Text("t"), object, decimal.Decimal("1.5"), datetime.date(2020, 2, 3), 1j, {1, 2}]
)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(max_size=20)
values = st.recursive(
    plain | odd, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(values)
def test_the_same_as_dspy(value):
    assert repr(written_values.serialize_for_json(value)) == repr(written_values._own(value))


def test_where_dspy_looks_for_it():
    before = utils.serialize_for_json, json_adapter.serialize_for_json
    try:
        written_values.prepare_values()
        assert utils.serialize_for_json is written_values.serialize_for_json
        assert json_adapter.serialize_for_json is written_values.serialize_for_json
    finally:
        utils.serialize_for_json, json_adapter.serialize_for_json = before
