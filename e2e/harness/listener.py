"""An upstream that answers everything alike, and keeps what it heard."""

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Heard:
    """A request that reached the upstream."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Listener:
    """Listens on loopback. `answer` is the body of every answer, which comes after so many seconds."""

    def __init__(self, answer: bytes = b"{}"):
        self.answer = answer
        self.answers_after = 0.0
        self._heard: list[Heard] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener._heard.append(Heard(self.command, self.path, headers, self.rfile.read(length)))
                time.sleep(listener.answers_after)
                self.send_response(200)
                self.send_header("content-length", str(len(listener.answer)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(listener.answer)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self) -> list[Heard]:
        """What it has heard since the last time."""
        heard, self._heard = self._heard, []
        return heard

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
