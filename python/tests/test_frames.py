"""Frames written by hand are those that protobuf would write."""

from hypothesis import given
from hypothesis import strategies as st

from dspex_worker import frames
from dspex_worker.wire import pb

numbers = st.integers(1, 2**32 - 1)
data = st.binary(min_size=1, max_size=40_000)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(numbers, data, texts)
def test_results_and_items(call, value, content_type):
    payload = frames.payload_of(value, content_type)
    expected = pb.Payload(data=value, content_type=content_type)
    assert payload == expected.SerializeToString()
    result = frames.result_frame(call, frames.value_of(payload))
    assert result == pb.WorkerFrame(call=call, result=pb.Result(value=expected)).SerializeToString()
    item = frames.item_frame(call, frames.value_of(payload))
    assert item == pb.WorkerFrame(call=call, item=pb.Item(value=expected)).SerializeToString()


@given(numbers)
def test_a_result_of_nothing(call):
    assert frames.result_frame(call, b"") == pb.WorkerFrame(call=call, result=pb.Result()).SerializeToString()


@given(numbers, numbers, texts, texts, data, texts, st.integers(0, 2**32 - 1))
def test_requests(call, number, kind, name, value, slot, items):
    request = pb.HostRequest(request=number, kind=kind, name=name, input=pb.Payload(data=value), slot=slot, items=items)
    written = frames.request_frame(call, number, kind, name, frames.payload_of(value, ""), slot, items)
    assert written == pb.WorkerFrame(call=call, request=request).SerializeToString()
