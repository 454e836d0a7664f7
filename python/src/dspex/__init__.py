"""`import dspex`, for modules that register handlers and classes: `@dspex.register`."""

from dspex_worker.call import Call, current_call
from dspex_worker.failures import BridgeError, Cancelled, HostError
from dspex_worker.registry import protocol, register

__all__ = ["BridgeError", "Call", "Cancelled", "HostError", "current_call", "protocol", "register"]
