"""Which handlers count as short."""

from dspex_worker.pace import Pace


def took(pace, *seconds, asked=False):
    for each in seconds:
        pace.took(each, was_thought_short=pace.is_short, has_asked=asked)


def calls_until_short(pace):
    calls = 0
    while not pace.is_short:
        took(pace, 0.0)
        calls += 1
    return calls


def test_nothing_is_short_before_it_has_shown_it():
    assert calls_until_short(Pace()) == 3


def test_a_long_call_is_doubted_longer_each_time():
    pace = Pace()
    calls_until_short(pace)
    doubts = []
    for _ in range(3):
        took(pace, 1.0)
        doubts.append(calls_until_short(pace))
    assert doubts == [16, 32, 64]


def test_one_that_asks_its_host_is_never_short():
    pace = Pace()
    took(pace, *[0.0] * 10, asked=True)
    assert not pace.is_short


def test_a_long_call_in_a_thread_of_its_own_only_begins_the_count_anew():
    pace = Pace()
    took(pace, 0.0, 0.0, 1.0)
    assert calls_until_short(pace) == 3


def test_doubt_fades():
    pace = Pace()
    calls_until_short(pace)
    took(pace, 1.0)
    calls_until_short(pace)
    took(pace, *[0.0] * 200)
    took(pace, 1.0)
    assert calls_until_short(pace) == 16
