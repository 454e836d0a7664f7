"""`python -m dspex_worker`: one worker, or a fork-server of workers, started by dspex."""

import sys

# The one file that every Python can read, so that an old one says what it is: no annotations, no f-strings.
if sys.version_info < (3, 10):  # noqa: UP036
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        "dspex-worker needs Python 3.10 or later, and this is %s. `dspex python setup` makes an environment." % found  # noqa: UP031
    )

from .start import main

main()
