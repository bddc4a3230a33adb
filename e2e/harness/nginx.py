"""A small web application behind nginx, which asks Lanyard about every request."""

import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .background import Program
from .server import free_port

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
{before}
    server {{
        listen 127.0.0.1:{port};
{server}
    }}
}}
"""


class Application:
    """Answers every GET with its path and who it was told is asking."""

    def __init__(self):
        seen = self.seen = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append(self.path)
                text = f"page {self.path} for {self.headers.get('X-Principal', 'nobody')}".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Nginx:
    """nginx with these lines in its `server`, and others before it."""

    def __init__(self, directory: Path, server: str, before: str = ""):
        directory.mkdir(parents=True, exist_ok=True)
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        assert program, "nginx is not there: `cargo xtask test` installs it (Debian's package nginx-light)"
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        configuration = directory / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(directory=directory, port=self.port, server=server, before=before)
        )
        # Otherwise its workers become a user who may not look into the directory.
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        words = [program, "-e", directory / "error.log", "-c", configuration, "-p", directory, *user]
        self.program = Program(words, directory / "log")
        self.program.wait_for_port(self.port)

    def stop(self) -> None:
        self.program.stop()
