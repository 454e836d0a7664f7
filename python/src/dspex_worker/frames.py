"""The frames that are sent most, written as bytes at once: protobuf's own objects for them cost several times as much.

Each as it stands in its batch, with the head that it has there, so that a batch is their concatenation.
Knows nothing of what they are for. A test holds them against what protobuf writes.
"""

from __future__ import annotations

from functools import lru_cache

RESULT = 0x1A
"""The tag of a frame's Result."""
ITEM = 0x22
"""The tag of a frame's Item."""
REQUEST = 0x2A
"""The tag of a frame's HostRequest."""


def varint(value: int) -> bytes:
    """A whole number that is not negative."""
    if value < 0x80:
        return _LAST[value]
    if value < 0x4000:
        return _MORE[value & 0x7F] + _LAST[value >> 7]
    if value < 0x200000:
        return _MORE[value & 0x7F] + _MORE[value >> 7 & 0x7F] + _LAST[value >> 14]
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


_LAST = [bytes((value,)) for value in range(0x80)]
_MORE = [bytes((value | 0x80,)) for value in range(0x80)]


def batched(frame: bytes) -> bytes:
    """A frame as it stands in a batch: it is field 1 there."""
    return _batch_head(len(frame)) + frame


def chunk_head(transfer: int, size: int) -> bytes:
    """A frame with a chunk of so many bytes, without the chunk, which comes last."""
    inner = b"\x08" + varint(transfer) + b"\x12" + varint(size)
    head = b"\x42" + varint(len(inner) + size) + inner
    return _batch_head(len(head) + size) + head


def value_frame(tag: int, call: bytes, data: bytes) -> bytes:
    """A frame with a Result or an Item that holds its value. `call` is its number as `call_field` writes it."""
    head = _value_head(tag, len(data))
    return b"".join((_batch_head(len(call) + len(head) + len(data)), call, head, data))


def payload_frame(tag: int, call: bytes, payload: bytes) -> bytes:
    """A frame with a Result or an Item whose value is this Payload."""
    return body_frame(tag, call, b"\x0a" + varint(len(payload)) + payload)


def body_frame(tag: int, call: bytes, body: bytes) -> bytes:
    """A frame with this Result, Item or HostRequest."""
    head = bytes((tag,)) + varint(len(body))
    return b"".join((_batch_head(len(call) + len(head) + len(body)), call, head, body))


def call_field(call: int) -> bytes:
    """The number of a frame's call."""
    return b"\x08" + varint(call)


def payload_of(data: bytes, content_type: str) -> bytes:
    """A Payload that holds its data."""
    return _text(b"\x0a", content_type) + b"\x12" + _size(len(data)) + data


def request_frame(call: bytes, request: int, kind: str, name: str, payload: bytes, slot: str, items: int) -> bytes:
    """A frame with a HostRequest."""
    body = b"".join(
        (
            b"\x08",
            varint(request),
            _text(b"\x12", kind),
            _text(b"\x1a", name),
            b"\x22",
            _size(len(payload)),
            payload,
            _text(b"\x2a", slot),
            b"\x30" + varint(items) if items else b"",
        )
    )
    return body_frame(REQUEST, call, body)


@lru_cache(4096)
def _size(size: int) -> bytes:
    # What is sent often is often of one size.
    return varint(size)


@lru_cache(4096)
def _batch_head(size: int) -> bytes:
    return b"\x0a" + varint(size)


@lru_cache(4096)
def _value_head(tag: int, size: int) -> bytes:
    """What stands between a frame's call and so many bytes of a value."""
    payload = b"\x12" + varint(size)
    value = b"\x0a" + varint(len(payload) + size) + payload
    return bytes((tag,)) + varint(len(value) + size) + value


def _text(tag: bytes, text: str) -> bytes:
    if not text:
        return b""
    data = text.encode()
    return tag + varint(len(data)) + data
