"""One handler's coroutine cannot end the loop that all of them share."""

import asyncio
import sys

import pytest

from dspex_worker.program_loop import ProgramLoop

PATIENCE = 30


async def leave():
    sys.exit(3)


async def interrupt():
    raise KeyboardInterrupt


async def stop():
    asyncio.get_running_loop().stop()
    await asyncio.sleep(0)
    return "went on"


async def both(other):
    return await asyncio.gather(asyncio.sleep(0.01, "slept"), other())


async def caught(other):
    try:
        return await both(other)
    except BaseException as error:
        return type(error)


@pytest.mark.parametrize(
    ("other", "outcome"), [(leave, SystemExit), (interrupt, KeyboardInterrupt), (stop, ["slept", "went on"])]
)
def test_goes_on_for_all_others(other, outcome):
    loop = ProgramLoop().get()
    meanwhile = asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1, "meanwhile"), loop)
    assert asyncio.run_coroutine_threadsafe(caught(other), loop).result(PATIENCE) == outcome
    assert meanwhile.result(PATIENCE) == "meanwhile"
    assert asyncio.run_coroutine_threadsafe(asyncio.sleep(0, "later"), loop).result(PATIENCE) == "later"


def test_goes_on_after_a_callback_that_leaves():
    loop = ProgramLoop().get()
    loop.call_soon_threadsafe(sys.exit)
    assert asyncio.run_coroutine_threadsafe(asyncio.sleep(0, "later"), loop).result(PATIENCE) == "later"
