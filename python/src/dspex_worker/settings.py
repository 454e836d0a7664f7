"""What a worker is started with: one line of JSON on its standard input. Knows nothing of how it is used."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """The host's wishes. The token is not among arguments or environment, where other processes could read it."""

    token: str = ""
    address: str = ""
    """`unix:/path`, or `127.0.0.1:0` where there are no Unix sockets."""
    folder: str | None = None
    """The folder of the socket, to be removed when the worker has ended."""
    modules: list[str] = field(default_factory=list)
    """Modules to import: they register handlers and classes."""
    paths: list[str] = field(default_factory=list)
    """Folders in which these are looked for, before all others."""
    dspy: bool = True
    """Whether DSPy is imported at the start; a pool of handlers that do without is ready a second earlier."""
    memory_limit: int = 0
    """Bytes that the worker and what it starts may take together; 0 for no limit."""
    forks: bool = False
    """Whether this is no worker but a fork-server, which makes workers of itself when it is told to."""
    preload: list[str] = field(default_factory=list)
    """Modules that a fork-server imports once, for all its workers; they must start no threads."""


def read_settings() -> Settings:
    """Reads the line, and no byte beyond: the guardian goes on listening there."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            raise SystemExit(
                "dspex-worker: expected its settings as a line of JSON on standard input; dspex starts it so."
            )
        line += byte
    return Settings(**json.loads(line))
