"""An upstream that goes wrong in the way that a test wants."""

import contextlib
import http.client
import io
import select
import socket
import struct
import threading
import time

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
WAIT_SECONDS_MAX = 60


class Trouble:
    """Listens on loopback. `behaves` is what is done with a request; at first it is answered with an empty 200."""

    def __init__(self):
        self.behaves = fine
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.ended = threading.Event()
        self.requests: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.ended.set()
        # Wakes the thread that accepts, without which the port would stay open.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def open_count(self) -> int:
        """How many connections of the gateway are open."""
        with self._lock:
            return len(self._open)

    @contextlib.contextmanager
    def behaving(self, behaviour):
        self.behaves = behaviour
        try:
            yield self
        finally:
            self.behaves = fine

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            sock.settimeout(WAIT_SECONDS_MAX)
            # What must happen before the first byte is read.
            if self.behaves is resetting_at_once:
                reset(sock)
                return
            file = sock.makefile("rb")
            while not self.ended.is_set():
                line = file.readline()
                if not line:
                    return
                headers = http.client.parse_headers(file)
                self.requests.append(line.decode("latin-1").strip())
                if not self.behaves(self, sock, file, headers):
                    return
        except (OSError, ValueError, http.client.HTTPException):
            pass
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()


def reset(sock: socket.socket) -> None:
    """Closes so that the peer hears RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Not `sock.close()`: the file made of it would keep the connection open.
    socket.close(sock.detach())


def read_body(file: io.BufferedReader, headers, limit: int | None = None) -> int:
    """Reads the body, or its first bytes; how many there were."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        count = 0
        while size := int(file.readline().split(b";")[0], 16):
            count += len(file.read(size))
            file.readline()
            if limit is not None and count >= limit:
                return count
        while file.readline() not in (b"\r\n", b""):
            pass
        return count
    length = int(headers.get("content-length", "0"))
    return len(file.read(length if limit is None else min(length, limit)))


def wait_for_the_end(upstream: Trouble, sock: socket.socket) -> None:
    """Says and reads nothing until the peer has left."""
    poller = select.poll()
    poller.register(sock, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not upstream.ended.is_set() and time.monotonic() < deadline and not poller.poll(50):
        pass


# Behaviours: true means that the connection goes on.


def fine(upstream, sock, file, headers) -> bool:
    read_body(file, headers)
    sock.sendall(OK)
    return True


def resetting_at_once(upstream, sock, file, headers) -> bool:
    reset(sock)
    return False


def silent(upstream, sock, file, headers) -> bool:
    """Takes the whole request and never says a word."""
    read_body(file, headers)
    wait_for_the_end(upstream, sock)
    return False


def not_reading(upstream, sock, file, headers) -> bool:
    """Takes the head and no more."""
    wait_for_the_end(upstream, sock)
    return False


def slow(seconds: float):
    def behave(upstream, sock, file, headers) -> bool:
        read_body(file, headers)
        upstream.ended.wait(seconds)
        sock.sendall(OK)
        return True

    return behave


def resetting_in_the_request(upstream, sock, file, headers) -> bool:
    read_body(file, headers, 10_000)
    reset(sock)
    return False


def resetting_before_the_answer(upstream, sock, file, headers) -> bool:
    read_body(file, headers)
    reset(sock)
    return False


def ending_before_the_answer(upstream, sock, file, headers) -> bool:
    read_body(file, headers)
    return False


def resetting_in_the_answer(upstream, sock, file, headers) -> bool:
    read_body(file, headers)
    sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + b"x" * 10_000)
    # So that what was sent is read before the reset throws it away.
    time.sleep(0.2)
    reset(sock)
    return False


def stalling_in_the_answer(upstream, sock, file, headers) -> bool:
    read_body(file, headers)
    sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + b"x" * 10_000)
    wait_for_the_end(upstream, sock)
    return False


def saying(answer: bytes, goes_on: bool = False):
    """Says these bytes, whatever they are."""

    def behave(upstream, sock, file, headers) -> bool:
        read_body(file, headers)
        sock.sendall(answer)
        return goes_on

    return behave


GARBAGE = b"\x00\xff this is no HTTP at all\r\n\r\n"
ENDLESS_HEAD = (
    b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1000) for n in range(2_000)) + b"\r\n"
)
TWO_LENGTHS = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nhello"
