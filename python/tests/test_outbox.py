"""The queue before the stream: what it gathers is a WorkerBatch, in its order and within its bounds."""

import asyncio
import threading

from hypothesis import given
from hypothesis import strategies as st

from dspex_worker.outbox import Outbox
from dspex_worker.wire import pb


def gathered(fill, batch_bytes=1000):
    """The batches of an outbox that was filled so."""

    async def run():
        outbox = Outbox(asyncio.get_running_loop(), batch_bytes)
        fill(outbox)
        outbox.finish()
        batches = []
        while (batch := await outbox.next_batch()) is not None:
            batches.append(batch)
        return batches

    return [pb.WorkerBatch.FromString(batch) for batch in asyncio.run(run())]


def item(call, size):
    return pb.WorkerFrame(call=call, item=pb.Item(value=pb.Payload(data=b"x" * size)))


@given(st.integers(1, 2**32 - 1), st.binary(min_size=1, max_size=70_000))
def test_a_chunk_is_the_frame_that_protobuf_would_write(transfer, part):
    batches = gathered(lambda outbox: outbox.chunk(transfer, memoryview(part)))
    assert batches == [pb.WorkerBatch(frames=[pb.WorkerFrame(chunk=pb.Chunk(transfer=transfer, data=part))])]


def test_control_goes_before_data_before_chunks():
    def fill(outbox):
        outbox.chunk(1, memoryview(b"c"))
        outbox.data(item(1, 1))
        outbox.control(pb.WorkerFrame(pong=pb.Pong(number=1)))

    kinds = [frame.WhichOneof("body") for batch in gathered(fill) for frame in batch.frames]
    assert kinds == ["pong", "item", "chunk"]


@given(st.lists(st.integers(0, 2000), max_size=30), st.integers(1, 3000))
def test_batches_keep_the_order_and_their_bound(sizes, batch_bytes):
    batches = gathered(lambda outbox: [outbox.data(item(at + 1, size)) for at, size in enumerate(sizes)], batch_bytes)
    assert [frame.call for batch in batches for frame in batch.frames] == list(range(1, len(sizes) + 1))
    for batch in batches:
        assert len(batch.frames) == 1 or sum(frame.ByteSize() for frame in batch.frames) <= batch_bytes


def test_too_many_lines_of_output_are_counted_and_dropped():
    def fill(outbox):
        for _ in range(1100):
            outbox.log(1, pb.Log(text="ab"))

    logs = [frame.log for batch in gathered(fill, 100_000) for frame in batch.frames]
    assert len(logs) == 1000


def test_other_threads_wake_the_loop():
    async def run():
        outbox = Outbox(asyncio.get_running_loop(), 1000)
        waiting = asyncio.create_task(outbox.next_batch())
        await asyncio.sleep(0)

        def send():
            outbox.data(item(7, 1), wake=False)
            outbox.wake()

        thread = threading.Thread(target=send)
        thread.start()
        batch = await asyncio.wait_for(waiting, 30)
        thread.join()
        return pb.WorkerBatch.FromString(batch)

    assert asyncio.run(run()).frames[0].call == 7
