"""Handlers that call functions of their host, for the services tests."""

import asyncio
import threading

import dspex


@dspex.register("use")
def use(name, value):
    return dspex.host_tool(name)(value)


@dspex.register("use-by-name")
def use_by_name(name, arguments):
    return dspex.host_tool(name)(**arguments)


@dspex.register("use-async")
async def use_async(name, values):
    tool = dspex.host_tool(name)
    return await asyncio.gather(*(tool.acall(value) for value in values))


@dspex.register("take")
def take(name, most):
    """So many elements of a function of the host, then no more."""
    taken = []
    for element in dspex.host_tool(name).stream({}):
        taken.append(element)
        if len(taken) == most:
            break
    return taken


@dspex.register("take-async")
async def take_async(name, most):
    taken = []
    elements = dspex.host_tool(name).astream({})
    async for element in elements:
        taken.append(element)
        if len(taken) == most:
            await elements.aclose()
            break
    return taken


@dspex.register("names")
def names():
    return [tool.name for tool in dspex.host_tools()]


@dspex.register("say-failure")
def say_failure(name):
    try:
        dspex.host_tool(name)({})
    except dspex.HostError as error:
        return {
            "code": error.code,
            "kind": error.kind,
            "message": str(error),
            "retryable": error.retryable,
            "details": error.details,
        }
    return None


@dspex.register("outlive")
def outlive(name):
    """Starts a thread that calls the host when this call is long over; its end is kept in the session."""
    call = dspex.current_call()
    go = threading.Event()

    def later():
        go.wait()
        try:
            call.ask("tool", name, {})
        except Exception as error:
            call.state["late"] = getattr(error, "code", repr(error))

    thread = threading.Thread(target=later)
    thread.start()
    call.state["finish"] = lambda: (go.set(), thread.join())


@dspex.register("late")
def late():
    state = dspex.current_call().state
    state["finish"]()
    return state["late"]


_kept = []


@dspex.register("wrap-failure")
def wrap_failure(name):
    try:
        dspex.host_tool(name)({})
    except dspex.HostError as error:
        _kept.append(error)
        raise ValueError("wrapped") from error


@dspex.register("raise-kept")
def raise_kept():
    raise _kept[-1]


@dspex.register("raise-first-of")
def raise_first_of(name, n):
    errors = []
    for _ in range(n):
        try:
            dspex.host_tool(name)({})
        except dspex.HostError as error:
            errors.append(error)
    raise errors[0]
