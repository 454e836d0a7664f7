"""Handlers whose failures, or whose ends, are not what a worker expects."""

import asyncio
import sys

import dspex


class Unsent(Exception):
    """As httpx's errors are where they were raised without a request."""

    @property
    def request(self):
        raise RuntimeError("The .request property has not been set.")


class Mute(Exception):
    def __str__(self):
        raise KeyboardInterrupt


ERRORS = {"unsent": Unsent, "mute": Mute}


@dspex.register("raise")
def raise_one(kind):
    if kind is not None:
        raise ERRORS[kind]("refused")


@dspex.register("raise-async")
async def raise_async(kind):
    raise ERRORS[kind]("refused")


@dspex.register("leave-async")
async def leave_async():
    async def leave():
        sys.exit(3)

    return await asyncio.gather(asyncio.sleep(0.01), leave())


@dspex.register("stop-loop")
async def stop_loop():
    asyncio.get_running_loop().stop()
    await asyncio.sleep(0.01)
    return "went on"
