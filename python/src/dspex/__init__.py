"""`import dspex`, for modules that register handlers, classes and retrievers: `@dspex.register`, `@dspex.retriever`."""

from dspex_worker.call import Call, current_call
from dspex_worker.failures import BridgeError, Cancelled, HostError
from dspex_worker.host_tools import HostTool, host_tool, host_tools
from dspex_worker.registry import protocol, register, retriever

__all__ = [
    "BridgeError",
    "Call",
    "Cancelled",
    "HostError",
    "HostTool",
    "current_call",
    "host_tool",
    "host_tools",
    "protocol",
    "register",
    "retriever",
]
