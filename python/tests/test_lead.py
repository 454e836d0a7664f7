"""Who leads: one thread at a time, and never one that is held up by a handler."""

import threading
import time
from queue import SimpleQueue

from dspex_worker.failures import Cancelled
from dspex_worker.lead import Lead
from dspex_worker.threads import Work

PATIENCE = 30


class Led:
    """A lead whose steps are functions put into a queue."""

    def __init__(self):
        self.events = SimpleQueue()
        self.leading = 0
        self.most_leading = 0
        self.flushes = 0
        self.lead = Lead(self.step, self.flush)
        self.lead.start()

    def step(self, may_wait):
        if not may_wait and self.events.empty():
            return True
        event = self.events.get(timeout=PATIENCE)
        if event is None:
            return False
        self.leading += 1
        self.most_leading = max(self.most_leading, self.leading)
        event()
        self.leading -= 1
        return True

    def flush(self):
        self.flushes += 1

    def run(self, do):
        """Has the leader do this itself."""
        work = Doing(do)
        self.events.put(lambda: self.lead.run_soon(work))
        return work

    def end(self):
        self.events.put(None)
        assert self.lead.over.acquire(timeout=PATIENCE)
        assert self.most_leading == 1


class Doing(Work):
    __slots__ = ("do",)

    def __init__(self, do):
        super().__init__()
        self.do = do


def test_the_leader_does_short_work_itself_in_order():
    led = Led()
    done = []
    for number in range(100):
        led.run(lambda number=number: done.append((number, threading.get_ident())))
    led.end()
    assert [number for number, _ in done] == list(range(100))
    assert len({thread for _, thread in done}) == 1
    assert led.flushes > 0


def test_another_thread_leads_where_work_takes_long():
    led = Led()
    released = threading.Event()
    done = []
    led.run(lambda: done.append(released.wait(PATIENCE)))
    # Read by whoever leads while the first still waits.
    led.run(lambda: done.append("behind it"))
    led.events.put(released.set)
    deadline = time.monotonic() + PATIENCE
    while len(done) < 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    assert sorted(map(str, done)) == ["True", "behind it"]
    led.end()


def test_again_and_again():
    led = Led()
    done = []
    for _ in range(20):
        released = threading.Event()
        led.run(lambda released=released: done.append(released.wait(PATIENCE)))
        led.events.put(released.set)
    deadline = time.monotonic() + PATIENCE
    while len(done) < 20 and time.monotonic() < deadline:
        time.sleep(0.001)
    assert done == [True] * 20
    led.end()


def test_work_that_is_going_to_wait_gives_the_lead_up_before():
    led = Led()
    answered = threading.Event()
    done = threading.Event()

    def ask():
        led.lead.give_up()
        # By another thread, or by one that does not lead, it does nothing.
        led.lead.give_up()
        led.events.put(answered.set)
        if answered.wait(PATIENCE):
            done.set()

    led.run(ask)
    assert done.wait(PATIENCE)
    led.end()


def test_a_thread_that_lost_the_lead_may_be_interrupted_and_nothing_else_is():
    led = Led()
    began = threading.Event()
    ended = threading.Event()
    done = []

    def loop():
        began.set()
        try:
            while True:
                time.sleep(0.001)
        except Cancelled:
            ended.set()

    work = led.run(loop)
    assert began.wait(PATIENCE)
    # Handled by whoever leads by then.
    led.events.put(work.interrupt)
    assert ended.wait(PATIENCE)
    for number in range(100):
        led.run(lambda number=number: done.append(number))
    led.end()
    assert done == list(range(100))


def test_what_cannot_be_handled_ends_it(capsys):
    led = Led()

    def fail():
        raise ValueError("no frame")

    led.events.put(fail)
    assert led.lead.over.acquire(timeout=PATIENCE)
    assert "no frame" in capsys.readouterr().err
