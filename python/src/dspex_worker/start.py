"""How a process becomes a worker or a fork-server: its guardian first, then what it needs, then what is registered.

Knows nothing of calls. Only what the guardian needs is imported above its fork: it stays small.
"""

from __future__ import annotations

import os
import sys

from .guardian import guard
from .settings import read_settings

_REMEDY = "`dspex python setup` makes an environment with DSPy 3.3.1"
_PACKAGES = {"grpc": "grpcio", "google.protobuf": "protobuf", "orjson": "orjson"}


def check_packages() -> None:
    """Ends where what every worker needs is not there: the traceback of an import would not say what to do."""
    from importlib.util import find_spec

    missing = []
    for module, package in _PACKAGES.items():
        try:
            spec = find_spec(module)
        except ModuleNotFoundError:
            spec = None
        if spec is None:
            missing.append(package)
    if missing:
        are = "is" if len(missing) == 1 else "are"
        sys.exit(
            f"dspex-worker: {', '.join(missing)} {are} not installed for {sys.executable}. {_REMEDY} and all that it needs."
        )


def check_dspy() -> None:
    """Ends where DSPy is not there, or so old that nothing here fits it; the host tells of what is merely another version."""
    from importlib.metadata import PackageNotFoundError, version

    remedy = f"{_REMEDY}; a pool of handlers without it says `dspy: false`."
    try:
        found = version("dspy")
    except PackageNotFoundError:
        sys.exit(f"dspex-worker: DSPy is not installed for {sys.executable}. {remedy}")
    if int(found.partition(".")[0]) < 3:
        sys.exit(f"dspex-worker: DSPy {found} is installed, and dspex needs 3 or later. {remedy}")


def main() -> None:
    """Imports what is registered, then serves the host until it is gone. Of a fork-server, only what it forks comes beyond its imports."""
    settings = read_settings()
    guard(settings.memory_limit, settings.folder, ends_orphans=settings.forks)
    check_packages()

    import importlib

    from .fork_server import fork_workers, tell_failure
    from .output import Output, redirect, redirect_dspy, redirect_progress
    from .server import serve

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
    sys.stdout.flush()
    # Not `sys.exit`: it would wait for threads whose handlers never end.
    os._exit(0)
