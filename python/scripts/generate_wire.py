"""Writes `src/dspex_worker/wire/dspex_pb2.py` after `proto/dspex.proto`. Needs what `requirements-dev.txt` names."""

from pathlib import Path

from grpc_tools import protoc

here = Path(__file__).parent
proto = here.parents[1] / "proto"
wire = here.parent / "src" / "dspex_worker" / "wire"
raise SystemExit(
    protoc.main(["protoc", f"-I{proto}", f"--python_out={wire}", f"--pyi_out={wire}", str(proto / "dspex.proto")])
)
