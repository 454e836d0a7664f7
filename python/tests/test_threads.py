"""Work that is interrupted, at whatever moment, comes to its end once."""

import pytest

from dspex_worker.failures import Cancelled
from dspex_worker.threads import Work


class Watched(Work):
    """Says what was run of it."""

    __slots__ = ("do_what", "done")

    def __init__(self, do_what):
        super().__init__()
        self.do_what = do_what
        self.done = []

    def do(self):
        self.do_what(self)
        self.done.append("done")

    def end(self):
        # Something that would be interrupted, if anything still were.
        for _ in range(100):
            (lambda: None)()
        self.done.append("ended")


def by_itself(work):
    """The interruption comes while it does its work."""
    work.interrupt()
    for _ in range(100):
        (lambda: None)()


def raised(work):
    """It leaves the work, as what comes between two of a handler's own `except` does."""
    raise Cancelled


@pytest.mark.parametrize("how", [by_itself, raised])
def test_an_interruption_of_the_work_does_not_keep_its_end_from_it(how):
    work = Watched(how)
    work.run()
    assert work.done == ["ended"]
    assert work.thread is None


def test_an_interruption_as_the_work_is_over_does_neither():
    work = Watched(lambda _work: None)
    do = work.do

    class Late(Watched):
        __slots__ = ()

        def do(self):
            do()
            self.done = work.done
            # Raised where the next function begins, which is after this one.
            self.interrupt()

    late = Late(None)
    late.run()
    assert work.done == ["done", "ended"]


def test_any_other_failure_leaves_it_out_of_reach():
    def fail(_work):
        raise ValueError("no")

    work = Watched(fail)
    with pytest.raises(ValueError, match="no"):
        work.run()
    assert work.thread is None
