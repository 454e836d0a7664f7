"""The bare half of the bench: a gRPC server that hands bytes back, by stream and by call, DSPy alone on a stub model, and sums."""

import asyncio
import sys
import time

import grpc
import grpc.aio


async def stream(requests, _context):
    async for data in requests:
        yield data


async def unary(data, _context):
    return data


async def serve(path):
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)])
    handlers = {
        "Stream": grpc.stream_stream_rpc_method_handler(stream),
        "Unary": grpc.unary_unary_rpc_method_handler(unary),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bare.Bare", handlers),))
    server.add_insecure_port(f"unix:{path}")
    await server.start()
    print("listening", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop(0)


def predict_alone(in_flight):
    """For each line, microseconds per `acall` of a Predict in this process, on a model that answers at once; so many calls as it says."""
    import dspy
    from dspy.utils import DummyLM

    class Stub(DummyLM):
        async def aforward(self, *args, **kwargs):
            return self.forward(*args, **kwargs)

    dspy.configure(disable_history=True)
    program = dspy.Predict("question -> answer")

    async def worker(numbers):
        for number in numbers:
            await program.acall(question=f"q{number}")

    async def run(calls):
        numbers = iter(range(calls))
        started = time.perf_counter()
        with dspy.context(lm=Stub([{"answer": "42"}] * calls)):
            await asyncio.gather(*(worker(numbers) for _ in range(in_flight)))
        return (time.perf_counter() - started) / calls * 1e6

    print("ready", flush=True)
    for line in sys.stdin:
        print(asyncio.run(run(int(line))), flush=True)


def spin(n):
    """For each line, microseconds for a sum of so many squares; as often as it says."""
    print("ready", flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        for _ in range(int(line)):
            sum(number * number for number in range(n))
        print((time.perf_counter() - started) / int(line) * 1e6, flush=True)


if sys.argv[1] == "serve":
    asyncio.run(serve(sys.argv[2]))
elif sys.argv[1] == "spin":
    spin(int(sys.argv[2]))
else:
    predict_alone(int(sys.argv[2]))
