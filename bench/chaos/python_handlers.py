"""Ways to come to harm from within, for `npm run chaos -- --python`, and honest handlers beside them."""

import ctypes
import os
import socket
import stat
import subprocess
import sys
import time

import dspex
import dspy


@dspex.register("Think")
class Think(dspy.Module):
    def __init__(self, signature):
        super().__init__()
        self.think = dspy.ChainOfThought(signature)

    def forward(self, **inputs):
        return self.think(**inputs)


@dspex.register
def remember(key, value=None):
    state = dspex.current_call().state
    if value is not None:
        state[key] = value
    return state.get(key)


@dspex.register
def start_process():
    # In a session of its own: no signal to the worker's group reaches it.
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True).pid


@dspex.register
def hold_interpreter():
    ctypes.PyDLL(None).sleep(1000)


@dspex.register
def take_memory():
    kept = []
    while True:
        kept.append(bytearray(b"x" * 16_000_000))
        time.sleep(0.002)


def _sockets():
    """The connections to the host, not the socket that is listened on."""
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        try:
            if not stat.S_ISSOCK(os.fstat(fd).st_mode):
                continue
            found = socket.socket(fileno=os.dup(fd))
        except OSError:
            continue
        with found:
            if found.family == socket.AF_UNIX and not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                yield found


@dspex.register
def close_socket():
    for found in _sockets():
        found.shutdown(socket.SHUT_RDWR)
    time.sleep(60)


@dspex.register
def send_half():
    """The beginning of an HTTP/2 frame of data that announces more than ever comes, then silence."""
    for found in _sockets():
        try:
            found.send(b"\x00\x40\x00\x00\x00\x00\x00\x00\x01" + b"half")
        except OSError:
            continue
    os.kill(os.getpid(), 19)
