"""The frames that are sent most, written as bytes at once: protobuf's own objects for them cost several times as much.

Knows nothing of what they are for. A test holds them against what protobuf writes.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(4096)
def varint(value: int) -> bytes:
    """A whole number that is not negative."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@lru_cache(4096)
def batch_head(size: int) -> bytes:
    """What stands before a frame of so many bytes in a batch: it is field 1 there."""
    return b"\x0a" + varint(size)


def chunk_head(transfer: int, size: int) -> bytes:
    """A frame with a chunk of so many bytes, without the chunk, which comes last."""
    inner = b"\x08" + varint(transfer) + b"\x12" + varint(size)
    return b"\x42" + varint(len(inner) + size) + inner


def payload_of(data: bytes, content_type: str) -> bytes:
    """A Payload that holds its data."""
    if content_type:
        return _text(b"\x0a", content_type) + b"\x12" + varint(len(data)) + data
    return b"\x12" + varint(len(data)) + data


def value_of(payload: bytes) -> bytes:
    """A Result or an Item with a value."""
    return b"\x0a" + varint(len(payload)) + payload


def result_frame(call: int, result: bytes) -> bytes:
    """A frame with a Result."""
    return b"\x08" + varint(call) + b"\x1a" + varint(len(result)) + result


def item_frame(call: int, item: bytes) -> bytes:
    """A frame with an Item."""
    return b"\x08" + varint(call) + b"\x22" + varint(len(item)) + item


def request_frame(call: int, request: int, kind: str, name: str, payload: bytes, slot: str, items: int) -> bytes:
    """A frame with a HostRequest."""
    body = b"".join(
        (
            b"\x08",
            varint(request),
            _text(b"\x12", kind),
            _text(b"\x1a", name),
            b"\x22",
            varint(len(payload)),
            payload,
            _text(b"\x2a", slot),
            b"\x30" + varint(items) if items else b"",
        )
    )
    return b"\x08" + varint(call) + b"\x2a" + varint(len(body)) + body


def _text(tag: bytes, text: str) -> bytes:
    if not text:
        return b""
    data = text.encode()
    return tag + varint(len(data)) + data
