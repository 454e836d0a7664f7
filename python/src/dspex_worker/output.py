"""What handlers print, log and show as progress, sent to the host instead of a terminal. Knows nothing of the stream."""

from __future__ import annotations

import io
import logging
import sys
from typing import Any, TextIO

from .call import Call, bound_call
from .outbox import Outbox
from .wire import pb

_LONGEST_LINE = 16_384


class Output:
    """Where the process's output goes. Before a host is there, to the streams that the process was started with."""

    def __init__(self) -> None:
        self._outbox: Outbox | None = None
        self._log_bytes = 0
        self._partial: dict[tuple[int, str], str] = {}

    def connect(self, outbox: Outbox, log_bytes: int) -> None:
        """From here on it goes to the host."""
        self._outbox = outbox
        self._log_bytes = log_bytes

    def write(self, source: str, text: str) -> bool:
        """Takes printed text; whole lines are sent. False where there is no host yet."""
        if self._outbox is None:
            return False
        call = bound_call()
        key = (call.number if call else 0, source)
        lines = (self._partial.pop(key, "") + text).split("\n")
        rest = lines.pop()
        for line in lines:
            self.send(call, pb.Log(source=source, text=line.rpartition("\r")[2]))
        while len(rest) > _LONGEST_LINE:
            self.send(call, pb.Log(source=source, text=rest[:_LONGEST_LINE]))
            rest = rest[_LONGEST_LINE:]
        if rest:
            self._partial[key] = rest
        return True

    def flush(self, call: Call) -> None:
        """Sends what a call has printed without ending the line: it is over."""
        if not self._partial:
            return
        for source in ("stdout", "stderr"):
            rest = self._partial.pop((call.number, source), "")
            if rest:
                self.send(call, pb.Log(source=source, text=rest))

    def send(self, call: Call | None, log: pb.Log) -> None:
        """Sends a line in a call's name, unless the call has printed more than it may."""
        if self._outbox is None:
            return
        log.text = log.text[:_LONGEST_LINE].encode("utf-8", "replace").decode()
        if call is None:
            self._outbox.log(0, log)
            return
        size = len(log.text) + 1
        before = call.logged
        call.logged += size
        if call.logged <= self._log_bytes:
            self._outbox.log(call.number, log)
        elif before <= self._log_bytes:
            text = f"this call has printed more than {self._log_bytes} bytes; the rest is dropped"
            self._outbox.log(call.number, pb.Log(source="warning", text=text, dropped_bytes=size))

    def progress(self, label: str, done: float, total: float) -> None:
        """Sends how far a piece of work is."""
        call = bound_call()
        if call is not None:
            call.progress(label, done, total)


class _Printed(io.TextIOBase):
    """`sys.stdout` and `sys.stderr` of a worker."""

    def __init__(self, output: Output, source: str, original: TextIO) -> None:
        self._output = output
        self._source = source
        self._original = original

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not self._output.write(self._source, text):
            self._original.write(text)
        return len(text)

    def flush(self) -> None:
        self._original.flush()

    def fileno(self) -> int:
        return self._original.fileno()


class _Logged(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception:
            # A message that does not fit its arguments is still worth more than none.
            text = str(record.msg)
        source = "warning" if record.name == "py.warnings" else "log"
        self._output.send(bound_call(), pb.Log(source=source, level=record.levelname, logger=record.name, text=text))


def redirect(output: Output) -> None:
    """Takes over printing, logging and warnings of this process."""
    sys.stdout = _Printed(output, "stdout", sys.stdout)
    sys.stderr = _Printed(output, "stderr", sys.stderr)
    root = logging.getLogger()
    root.handlers = [_Logged(output)]
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)


def redirect_progress(output: Output) -> None:
    """Has progress bars of tqdm report instead of drawing."""
    try:
        from tqdm.std import tqdm
    except ImportError:
        return

    def display(self: Any, msg: str | None = None, pos: int | None = None) -> bool:
        output.progress(str(self.desc or msg or "").rstrip(": "), float(self.n), float(self.total or 0))
        return True

    tqdm.display = display


def redirect_dspy() -> None:
    """Has DSPy's log lines come as log lines: it prints them by a handler of its own otherwise."""
    logger = logging.getLogger("dspy")
    logger.handlers = []
    logger.propagate = True
