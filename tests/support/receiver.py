"""A merchant's server for notifications: it says `success` and keeps what came."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

_PATIENCE_S = 60.0


class Receiver:
    """Where it listens, and the fields of every notification in the order of their arrival."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/notify"
        self.came: list[dict[str, str]] = []

    def wait_for(self, number: int, of: str) -> list[dict[str, str]]:
        """What came about the order `of`, once it is at least so many."""
        deadline = time.monotonic() + _PATIENCE_S
        while len(found := [each for each in self.came if of in each.values()]) < number:
            assert time.monotonic() < deadline, self.came
            time.sleep(0.05)
        return found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """One that runs while the block does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.came.append(dict(parse_qsl(body.decode())))
            self.send_response(200)
            self.send_header("content-length", "7")
            self.end_headers()
            self.wfile.write(b"success")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
