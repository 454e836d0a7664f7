"""The golden messages that both languages replay, whole and cut off at any byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import DecodeError

from dspex_worker.wire import pb

GOLDEN = json.loads((Path(__file__).parents[2] / "proto" / "golden" / "messages.json").read_text())
BATCHES = {"host": pb.HostBatch, "worker": pb.WorkerBatch}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["title"])
def test_writes_and_reads_as_agreed(golden: dict[str, Any]) -> None:
    kind = BATCHES[golden["direction"]]
    batch = ParseDict({"frames": golden["frames"]}, kind())
    assert batch.SerializeToString(deterministic=True).hex() == golden["hex"]
    assert MessageToDict(kind.FromString(bytes.fromhex(golden["hex"]))) == {"frames": golden["frames"]}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["title"])
def test_reads_or_refuses_what_is_cut_off(golden: dict[str, Any]) -> None:
    whole = bytes.fromhex(golden["hex"])
    for length in range(len(whole)):
        try:
            read = MessageToDict(BATCHES[golden["direction"]].FromString(whole[:length])).get("frames", [])
        except DecodeError:
            continue
        assert read == golden["frames"][: len(read)]


def test_is_generated_from_the_proto_as_it_is() -> None:
    text = (Path(__file__).parents[2] / "proto" / "dspex.proto").read_text()
    for message in pb.DESCRIPTOR.message_types_by_name.values():
        assert f"message {message.name} {{" in text
        for field in message.fields:
            assert f" {field.name} = {field.number};" in text
    assert text.count("\nmessage ") == len(pb.DESCRIPTOR.message_types_by_name)
