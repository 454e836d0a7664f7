from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HostBatch(_message.Message):
    __slots__ = ("frames",)
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[HostFrame]
    def __init__(self, frames: _Optional[_Iterable[_Union[HostFrame, _Mapping]]] = ...) -> None: ...

class WorkerBatch(_message.Message):
    __slots__ = ("frames",)
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[WorkerFrame]
    def __init__(self, frames: _Optional[_Iterable[_Union[WorkerFrame, _Mapping]]] = ...) -> None: ...

class HostFrame(_message.Message):
    __slots__ = ("call", "hello", "start", "cancel", "credit", "answer", "chunk", "ping", "drain")
    CALL_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    call: int
    hello: Hello
    start: Start
    cancel: Cancel
    credit: Credit
    answer: Answer
    chunk: Chunk
    ping: Ping
    drain: Drain
    def __init__(self, call: _Optional[int] = ..., hello: _Optional[_Union[Hello, _Mapping]] = ..., start: _Optional[_Union[Start, _Mapping]] = ..., cancel: _Optional[_Union[Cancel, _Mapping]] = ..., credit: _Optional[_Union[Credit, _Mapping]] = ..., answer: _Optional[_Union[Answer, _Mapping]] = ..., chunk: _Optional[_Union[Chunk, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., drain: _Optional[_Union[Drain, _Mapping]] = ...) -> None: ...

class WorkerFrame(_message.Message):
    __slots__ = ("call", "ready", "result", "item", "request", "log", "progress", "chunk", "pong", "credit", "abandon")
    CALL_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    LOG_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    ABANDON_FIELD_NUMBER: _ClassVar[int]
    call: int
    ready: Ready
    result: Result
    item: Item
    request: HostRequest
    log: Log
    progress: Progress
    chunk: Chunk
    pong: Pong
    credit: Credit
    abandon: Abandon
    def __init__(self, call: _Optional[int] = ..., ready: _Optional[_Union[Ready, _Mapping]] = ..., result: _Optional[_Union[Result, _Mapping]] = ..., item: _Optional[_Union[Item, _Mapping]] = ..., request: _Optional[_Union[HostRequest, _Mapping]] = ..., log: _Optional[_Union[Log, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., chunk: _Optional[_Union[Chunk, _Mapping]] = ..., pong: _Optional[_Union[Pong, _Mapping]] = ..., credit: _Optional[_Union[Credit, _Mapping]] = ..., abandon: _Optional[_Union[Abandon, _Mapping]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ("protocol", "token", "run_id", "limits")
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    protocol: int
    token: str
    run_id: str
    limits: Limits
    def __init__(self, protocol: _Optional[int] = ..., token: _Optional[str] = ..., run_id: _Optional[str] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("batch_bytes", "chunk_bytes", "chunk_credit", "payload_bytes", "open_requests", "silence_ms", "log_bytes")
    BATCH_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHUNK_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHUNK_CREDIT_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_BYTES_FIELD_NUMBER: _ClassVar[int]
    OPEN_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SILENCE_MS_FIELD_NUMBER: _ClassVar[int]
    LOG_BYTES_FIELD_NUMBER: _ClassVar[int]
    batch_bytes: int
    chunk_bytes: int
    chunk_credit: int
    payload_bytes: int
    open_requests: int
    silence_ms: int
    log_bytes: int
    def __init__(self, batch_bytes: _Optional[int] = ..., chunk_bytes: _Optional[int] = ..., chunk_credit: _Optional[int] = ..., payload_bytes: _Optional[int] = ..., open_requests: _Optional[int] = ..., silence_ms: _Optional[int] = ..., log_bytes: _Optional[int] = ...) -> None: ...

class Payload(_message.Message):
    __slots__ = ("content_type", "data", "transfer", "size_bytes")
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    content_type: str
    data: bytes
    transfer: int
    size_bytes: int
    def __init__(self, content_type: _Optional[str] = ..., data: _Optional[bytes] = ..., transfer: _Optional[int] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class Start(_message.Message):
    __slots__ = ("handler", "input", "deadline_ms", "items", "session")
    HANDLER_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    handler: str
    input: Payload
    deadline_ms: float
    items: int
    session: str
    def __init__(self, handler: _Optional[str] = ..., input: _Optional[_Union[Payload, _Mapping]] = ..., deadline_ms: _Optional[float] = ..., items: _Optional[int] = ..., session: _Optional[str] = ...) -> None: ...

class Cancel(_message.Message):
    __slots__ = ("reason",)
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class Credit(_message.Message):
    __slots__ = ("items", "transfer", "chunks", "request")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    CHUNKS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    items: int
    transfer: int
    chunks: int
    request: int
    def __init__(self, items: _Optional[int] = ..., transfer: _Optional[int] = ..., chunks: _Optional[int] = ..., request: _Optional[int] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("request", "value", "failure", "more")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    request: int
    value: Payload
    failure: Failure
    more: bool
    def __init__(self, request: _Optional[int] = ..., value: _Optional[_Union[Payload, _Mapping]] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ..., more: _Optional[bool] = ...) -> None: ...

class Chunk(_message.Message):
    __slots__ = ("transfer", "data")
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    transfer: int
    data: bytes
    def __init__(self, transfer: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class Drain(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Ready(_message.Message):
    __slots__ = ("protocol", "pid", "worker_version", "python_version", "dspy_version", "handlers")
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    WORKER_VERSION_FIELD_NUMBER: _ClassVar[int]
    PYTHON_VERSION_FIELD_NUMBER: _ClassVar[int]
    DSPY_VERSION_FIELD_NUMBER: _ClassVar[int]
    HANDLERS_FIELD_NUMBER: _ClassVar[int]
    protocol: int
    pid: int
    worker_version: str
    python_version: str
    dspy_version: str
    handlers: _containers.RepeatedCompositeFieldContainer[Handler]
    def __init__(self, protocol: _Optional[int] = ..., pid: _Optional[int] = ..., worker_version: _Optional[str] = ..., python_version: _Optional[str] = ..., dspy_version: _Optional[str] = ..., handlers: _Optional[_Iterable[_Union[Handler, _Mapping]]] = ...) -> None: ...

class Handler(_message.Message):
    __slots__ = ("name", "kind")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("value", "failure")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    value: Payload
    failure: Failure
    def __init__(self, value: _Optional[_Union[Payload, _Mapping]] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ("value",)
    VALUE_FIELD_NUMBER: _ClassVar[int]
    value: Payload
    def __init__(self, value: _Optional[_Union[Payload, _Mapping]] = ...) -> None: ...

class HostRequest(_message.Message):
    __slots__ = ("request", "kind", "name", "input", "slot", "items")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request: int
    kind: str
    name: str
    input: Payload
    slot: str
    items: int
    def __init__(self, request: _Optional[int] = ..., kind: _Optional[str] = ..., name: _Optional[str] = ..., input: _Optional[_Union[Payload, _Mapping]] = ..., slot: _Optional[str] = ..., items: _Optional[int] = ...) -> None: ...

class Abandon(_message.Message):
    __slots__ = ("request",)
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    request: int
    def __init__(self, request: _Optional[int] = ...) -> None: ...

class Log(_message.Message):
    __slots__ = ("source", "level", "logger", "text", "dropped_bytes")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    LOGGER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    DROPPED_BYTES_FIELD_NUMBER: _ClassVar[int]
    source: str
    level: str
    logger: str
    text: str
    dropped_bytes: int
    def __init__(self, source: _Optional[str] = ..., level: _Optional[str] = ..., logger: _Optional[str] = ..., text: _Optional[str] = ..., dropped_bytes: _Optional[int] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("label", "done", "total")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    label: str
    done: float
    total: float
    def __init__(self, label: _Optional[str] = ..., done: _Optional[float] = ..., total: _Optional[float] = ...) -> None: ...

class Pong(_message.Message):
    __slots__ = ("number", "calls", "rss_bytes")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    RSS_BYTES_FIELD_NUMBER: _ClassVar[int]
    number: int
    calls: int
    rss_bytes: float
    def __init__(self, number: _Optional[int] = ..., calls: _Optional[int] = ..., rss_bytes: _Optional[float] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ("code", "type", "message", "traceback", "retryable", "cause", "details", "request")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TRACEBACK_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    code: str
    type: str
    message: str
    traceback: str
    retryable: bool
    cause: Failure
    details: str
    request: int
    def __init__(self, code: _Optional[str] = ..., type: _Optional[str] = ..., message: _Optional[str] = ..., traceback: _Optional[str] = ..., retryable: _Optional[bool] = ..., cause: _Optional[_Union[Failure, _Mapping]] = ..., details: _Optional[str] = ..., request: _Optional[int] = ...) -> None: ...
