"""Frames written by hand are those that protobuf would write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dspex_worker import frames
from dspex_worker.wire import pb

numbers = st.integers(1, 2**32 - 1)
data = st.binary(min_size=1, max_size=40_000)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def batch_of(**frame):
    return pb.WorkerBatch(frames=[pb.WorkerFrame(**frame)]).SerializeToString()


@given(numbers, data, texts)
def test_results_and_items(call, value, content_type):
    payload = frames.payload_of(value, content_type)
    expected = pb.Payload(data=value, content_type=content_type)
    assert payload == expected.SerializeToString()
    number = frames.call_field(call)
    result = frames.payload_frame(frames.RESULT, number, payload)
    assert result == batch_of(call=call, result=pb.Result(value=expected))
    item = frames.payload_frame(frames.ITEM, number, payload)
    assert item == batch_of(call=call, item=pb.Item(value=expected))


@given(numbers, data)
def test_plain_values(call, value):
    expected = pb.Payload(data=value)
    number = frames.call_field(call)
    assert frames.value_frame(frames.RESULT, number, value) == batch_of(call=call, result=pb.Result(value=expected))
    assert frames.value_frame(frames.ITEM, number, value) == batch_of(call=call, item=pb.Item(value=expected))


@pytest.mark.parametrize("call", [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 2**32 - 1])
@pytest.mark.parametrize("size", [1, 119, 120, 128, 16_370, 16_384])
def test_numbers_of_every_length(call, size):
    value = b"x" * size
    expected = batch_of(call=call, result=pb.Result(value=pb.Payload(data=value)))
    assert frames.value_frame(frames.RESULT, frames.call_field(call), value) == expected


@given(numbers)
def test_a_result_of_nothing(call):
    assert frames.body_frame(frames.RESULT, frames.call_field(call), b"") == batch_of(call=call, result=pb.Result())


@given(numbers, numbers, texts, texts, data, texts, st.integers(0, 2**32 - 1))
def test_requests(call, number, kind, name, value, slot, items):
    request = pb.HostRequest(request=number, kind=kind, name=name, input=pb.Payload(data=value), slot=slot, items=items)
    payload = frames.payload_of(value, "")
    written = frames.request_frame(frames.call_field(call), number, kind, name, payload, slot, items)
    assert written == batch_of(call=call, request=request)
