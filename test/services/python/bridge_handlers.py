"""Handlers that the services tests call: honest ones, and such as misbehave in every way."""

import array
import asyncio
import ctypes
import enum
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import dspex
from tqdm import tqdm


@dspex.register
class Colour(enum.Enum):
    RED = "red"


@dspex.register
def echo(value):
    return value


@dspex.register("echo-async")
async def echo_async(value):
    return value


@dspex.protocol
class Raw:
    content_type = "application/octet-stream"

    def encode(self, value):
        return value

    def decode(self, data):
        return [data]


@dspex.protocol
class Floats:
    content_type = "application/x-floats"

    def encode(self, value):
        return array.array("d", value).tobytes()

    def decode(self, data):
        return [array.array("d", data)]


@dspex.register
def halve(values):
    return [value / 2 for value in values]


@dspex.register
def halved(values):
    for value in values:
        yield [value / 2]


@dspex.register
def kind_of(value):
    return type(value).__name__


@dspex.register
def count(n, size=0):
    for number in range(n):
        yield number if size == 0 else "x" * size


@dspex.register("count-async")
async def count_async(n):
    for number in range(n):
        yield number


@dspex.register
def fail(message):
    try:
        raise KeyError("inner")
    except KeyError as error:
        raise ValueError(message) from error


@dspex.register
def unserializable():
    return {"lock": threading.Lock()}


@dspex.register
def big(size):
    return "x" * size


@dspex.register
def talk():
    print("printed", end="")
    print(" line\nunfinished", end="")
    logging.getLogger("app").warning("logged %d", 1)
    warnings.warn("warned", stacklevel=1)
    for _ in tqdm(range(3), desc="bar", mininterval=0):
        pass


@dspex.register
def print_much(size):
    line = "x" * 1000
    for _ in range(size // 1000):
        print(line)
    return "done"


@dspex.register
def ask(name, value):
    return dspex.current_call().ask("tool", name, value)


@dspex.register("ask-async")
async def ask_async(name, value):
    return await dspex.current_call().ask_async("tool", name, value)


@dspex.register
def ask_many(n):
    call = dspex.current_call()
    got = []
    threads = [threading.Thread(target=lambda i=i: got.append(call.ask("tool", "t", i))) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(got)


@dspex.register
def ask_and_swallow():
    call = dspex.current_call()
    while True:
        try:
            call.ask("tool", "t", 1)
        except Exception:  # noqa: S112
            continue


@dspex.register
def loop():
    while True:
        pass


@dspex.register
def hold_interpreter():
    ctypes.PyDLL(None).sleep(1000)


@dspex.register
def crash():
    # To this thread: sent to the process, another one may take it while this one goes on to answer.
    signal.raise_signal(signal.SIGSEGV)


@dspex.register
def stop():
    signal.raise_signal(signal.SIGSTOP)


@dspex.register
def leak(size):
    kept = []
    while sum(map(len, kept)) < size:
        kept.append(bytearray(8 * 1024 * 1024))
        time.sleep(0.01)
    time.sleep(60)


@dspex.register
def variable(name):
    return os.environ.get(name)


@dspex.register
def numbers():
    return {"nan": float("nan"), "up": float("inf"), "down": float("-inf")}


@dspex.register
def swell(size):
    # Kept, so that the process is as large as it was told to be.
    swell.kept = bytearray(b"x" * size)


@dspex.register
def gulp(size):
    return len(bytearray(size))


@dspex.register
def grandchild():
    # A session of its own: no signal to the worker's group reaches it.
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True).pid


@dspex.register
def remember(key, value=None):
    state = dspex.current_call().state
    if value is not None:
        state[key] = value
    return state.get(key)


@dspex.register
def pid():
    return os.getpid()


@dspex.register
def nap(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.001)
    return threading.current_thread().name


@dspex.register("nap-async")
async def nap_async(seconds):
    await asyncio.sleep(seconds)


@dspex.register("hold-loop")
async def hold_loop(seconds):
    time.sleep(seconds)


@dspex.register
def sometimes_ask(name):
    answer = dspex.current_call().ask("tool", name, 1) if name else None
    return [threading.current_thread().name, answer]
