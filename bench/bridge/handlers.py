"""Handlers that the bench calls."""

import ctypes
import threading
import time

import dspex


@dspex.register
def echo(text):
    return text


@dspex.protocol
class Raw:
    """Bytes as they are."""

    content_type = "application/octet-stream"

    def encode(self, value):
        return value

    def decode(self, data):
        return [data]


@dspex.register
def count(n, text):
    for _ in range(n):
        yield text


@dspex.register
def call_back(n, threads):
    """Microseconds per request to the host from so many threads."""
    call = dspex.current_call()
    started = time.perf_counter()
    workers = [
        threading.Thread(target=lambda: [call.ask("lm", "", {"text": "x" * 200}) for _ in range(n // threads)])
        for _ in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return (time.perf_counter() - started) / n * 1e6


@dspex.register
def hold(ms):
    """Waits in C code that keeps the interpreter, as an extension does that never gives it back."""
    # Not `CDLL`, which gives it back meanwhile.
    ctypes.PyDLL(None).usleep(int(ms * 1000))


@dspex.register
def spin(n):
    """Computes, in the interpreter."""
    return sum(number * number for number in range(n))
