"""`python -m dspex_worker`: one worker, started by dspex."""

from __future__ import annotations

from .guardian import guard
from .settings import read_settings

settings = read_settings()
guard(settings.memory_limit, settings.folder)

# Nothing large is imported above this line: the guardian stays small.
import asyncio  # noqa: E402
import importlib  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

from .output import Output, redirect, redirect_dspy, redirect_progress  # noqa: E402
from .server import serve  # noqa: E402


def main() -> None:
    """Imports what is registered, then serves the host."""
    output = Output()
    redirect(output)
    sys.path[:0] = settings.paths
    dspy_version = ""
    if settings.dspy:
        from .programs import prepare_dspy

        dspy_version = prepare_dspy()
        redirect_dspy()
    redirect_progress(output)
    for module in settings.modules:
        importlib.import_module(module)
    asyncio.run(serve(settings, output, dspy_version))


main()
sys.stdout.flush()
# Not `sys.exit`: it would wait for threads whose handlers never end.
os._exit(0)
