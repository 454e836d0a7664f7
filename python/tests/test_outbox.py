"""The queue before the stream: what it gathers is a WorkerBatch, in its order and within its bounds."""

import asyncio
import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from dspex_worker.frames import batched
from dspex_worker.outbox import Outbox
from dspex_worker.wire import pb


class Wire:
    """A stream that keeps what it is given; a batch has gone when the test says so."""

    def __init__(self, batch_bytes=1000):
        self.sent = []
        self.ended = False
        self.outbox = Outbox(batch_bytes, self.sent.append, self.end)

    def end(self):
        self.ended = True

    @property
    def batches(self):
        return [pb.WorkerBatch.FromString(batch) for batch in self.sent]


def gathered(fill, batch_bytes=1000):
    """The batches of an outbox that was filled so while none was under way."""
    wire = Wire(batch_bytes)
    wire.outbox.gathering = threading.get_ident()
    fill(wire.outbox)
    wire.outbox.finish()
    count = 0
    while not wire.ended:
        assert len(wire.sent) == count + 1, "one batch at a time"
        count += 1
        wire.outbox.sent()
    return wire.batches


def item(call, size):
    return batched(pb.WorkerFrame(call=call, item=pb.Item(value=pb.Payload(data=b"x" * size))).SerializeToString())


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


def test_what_is_queued_while_a_batch_is_under_way_makes_the_next_one():
    wire = Wire()
    for call in (1, 2, 3):
        wire.outbox.data(item(call, 1))
    assert len(wire.sent) == 1
    wire.outbox.sent()
    wire.outbox.sent()
    assert [[frame.call for frame in batch.frames] for batch in wire.batches] == [[1], [2, 3]]


def test_a_frame_that_is_queued_while_a_batch_is_sent_waits_for_the_next_one():
    wire = Wire()
    send = wire.sent.append

    def printing(batch):
        send(batch)
        # What the collector frees meanwhile may print.
        if len(wire.sent) == 1:
            wire.outbox.log(1, pb.Log(text="freed"))

    wire.outbox._send = printing
    wire.outbox.data(item(1, 1))
    assert len(wire.sent) == 1
    wire.outbox.sent()
    assert [[frame.WhichOneof("body") for frame in batch.frames] for batch in wire.batches] == [["item"], ["log"]]


def test_nothing_is_lost_or_doubled_where_many_threads_send():
    wire = Wire()
    # What the completion queue does: tells of each batch, from another thread.
    gone = threading.Semaphore(0)
    send = wire.sent.append
    wire.outbox._send = lambda batch: (send(batch), gone.release())
    over = threading.Event()

    def tell():
        while not over.is_set():
            if gone.acquire(timeout=0.01):
                wire.outbox.sent()

    teller = threading.Thread(target=tell)
    teller.start()

    def fill(call):
        for number in range(200):
            frame = pb.WorkerFrame(call=call, progress=pb.Progress(done=number))
            wire.outbox.data(batched(frame.SerializeToString()))

    threads = [threading.Thread(target=fill, args=(call,)) for call in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wire.outbox.finish()
    deadline = time.monotonic() + 30
    while not wire.ended and time.monotonic() < deadline:
        time.sleep(0.001)
    over.set()
    teller.join()
    got = {}
    for batch in wire.batches:
        for frame in batch.frames:
            got.setdefault(frame.call, []).append(frame.progress.done)
    assert got == {call: list(range(200)) for call in range(1, 9)}


def test_frames_of_coroutines_go_together():
    async def run():
        wire = Wire(100_000)
        loop = asyncio.get_running_loop()
        # The first of all goes at once.
        wire.outbox.data_from(loop, item(1, 1))
        wire.outbox.sent()

        async def send(call):
            wire.outbox.data_from(loop, item(call, 1))

        await asyncio.gather(*(send(call) for call in range(2, 12)))
        while sum(len(batch.frames) for batch in wire.batches) < 11:
            wire.outbox.sent()
            await asyncio.sleep(0.001)
        return [frame.call for batch in wire.batches for frame in batch.frames]

    assert asyncio.run(run()) == list(range(1, 12))
