"""`python -m dspex_worker`: one worker, or a fork-server of workers, started by dspex."""

from __future__ import annotations

import sys

# Said before anything is read that an older Python has no words for.
if sys.version_info < (3, 10):  # noqa: UP036
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        f"dspex-worker needs Python 3.10 or later, and this is {found}. `dspex python setup` makes an environment."
    )

from .guardian import guard
from .settings import read_settings

settings = read_settings()
guard(settings.memory_limit, settings.folder, ends_orphans=settings.forks)

# Nothing large is imported above this line: the guardian stays small.
import gc  # noqa: E402
import importlib  # noqa: E402
import os  # noqa: E402

from .fork_server import fork_workers, tell_failure  # noqa: E402
from .output import Output, redirect, redirect_dspy, redirect_progress  # noqa: E402
from .server import serve  # noqa: E402


def check_dspy() -> None:
    """Ends where DSPy is not there, or so old that nothing here fits it; the host tells of what is merely another version."""
    from importlib.metadata import PackageNotFoundError, version

    remedy = (
        "`dspex python setup` makes an environment with DSPy 3.3.1; a pool of handlers without it says `dspy: false`."
    )
    try:
        found = version("dspy")
    except PackageNotFoundError:
        sys.exit(f"dspex-worker: DSPy is not installed for {sys.executable}. {remedy}")
    if int(found.partition(".")[0]) < 3:
        sys.exit(f"dspex-worker: DSPy {found} is installed, and dspex needs 3 or later. {remedy}")


_YOUNG_OBJECTS = 20_000
"""With many calls under way most of what is young is in use: the collector, which comes after each 700 by default, finds little."""


def main() -> None:
    """Imports what is registered, then serves the host. Of a fork-server, only what it forks comes beyond its imports."""
    gc.set_threshold(_YOUNG_OBJECTS, 10, 10)
    own = settings
    output = Output()
    redirect(output)
    sys.path[:0] = own.paths
    dspy_version = ""
    if own.dspy:
        check_dspy()
        from .programs import prepare_dspy

        dspy_version = prepare_dspy()
        redirect_dspy()
    redirect_progress(output)
    if own.forks:
        for module in own.preload:
            importlib.import_module(module)
        own = fork_workers()
    try:
        for module in own.modules:
            importlib.import_module(module)
    except BaseException:
        if not settings.forks:
            raise
        tell_failure()
    serve(own, output, dspy_version)


main()
sys.stdout.flush()
# Not `sys.exit`: it would wait for threads whose handlers never end.
os._exit(0)
