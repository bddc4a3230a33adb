"""HTTP/2 with prior knowledge, stream by stream."""

import socket
import time
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

from .s3_wire import Request
from .wire import Answer, connect, host_of

# What HTTP/2 has in other places, or not at all.
OMITTED = {"host", "connection", "transfer-encoding"}


@dataclass
class Stream:
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: bool = False
    reset: int | None = None


class Http2:
    """One connection, on which requests may run side by side."""

    def __init__(self, endpoint: str, *, checks: bool = True):
        self.endpoint = endpoint
        self.sock: socket.socket = connect(endpoint)
        config = h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=checks, normalize_outbound_headers=checks
        )
        self.h2 = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.streams: dict[int, Stream] = {}
        self._flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def start(self, request: Request, *, authority: str | None = None, more=(), end: bool = True) -> int:
        """Sends the head, and the body when it is to end."""
        number = self.h2.get_next_available_stream_id()
        self.streams[number] = Stream()
        head = [
            (":method", request.method),
            (":scheme", "http"),
            (":path", request.target),
            (":authority", authority or host_of(self.endpoint)),
            *((name, value) for name, value in request.headers if name not in OMITTED),
            *more,
        ]
        self.h2.send_headers(number, head, end_stream=end and not request.body)
        self._flush()
        if request.body:
            self.send(number, request.body, end)
        return number

    def send(self, number: int, data: bytes, end: bool) -> None:
        """Sends as much as the server's window takes, until all is sent or the stream is over."""
        while data and not self.streams[number].ended:
            room = min(self.h2.local_flow_control_window(number), self.h2.max_outbound_frame_size, len(data))
            if room == 0:
                self._receive()
                continue
            self.h2.send_data(number, data[:room], end_stream=end and room == len(data))
            data = data[room:]
            self._flush()

    def answer(self, number: int) -> Answer:
        start = time.monotonic()
        stream = self.streams[number]
        while not stream.ended:
            self._receive()
        assert stream.reset is None, f"the stream was reset: {stream.reset}"
        return Answer(int(stream.headers[":status"]), stream.headers, stream.body, time.monotonic() - start)

    def call(self, request: Request, **how) -> Answer:
        return self.answer(self.start(request, **how))

    def _receive(self) -> None:
        data = self.sock.recv(65_536)
        if not data:
            for stream in self.streams.values():
                if not stream.ended:
                    stream.ended, stream.reset = True, -1
            return
        for event in self.h2.receive_data(data):
            self._take(event)
        self._flush()

    def _take(self, event) -> None:
        stream = self.streams.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.ResponseReceived():
                stream.headers = dict(event.headers)
            case h2.events.DataReceived():
                stream.body += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                stream.ended = True
            case h2.events.StreamReset():
                # After a whole answer it only means that no more of the request is wanted.
                if not stream.ended:
                    stream.ended, stream.reset = True, event.error_code
            case h2.events.ConnectionTerminated():
                for open_stream in self.streams.values():
                    if not open_stream.ended:
                        open_stream.ended, open_stream.reset = True, event.error_code

    def _flush(self) -> None:
        self.sock.sendall(self.h2.data_to_send())
