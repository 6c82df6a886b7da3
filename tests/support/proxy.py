"""A man in the middle of rail and the Open Platform, who can stop at a named moment.

Rail's requests and the platform's notifications go through here over real HTTP. Before or after a
request is passed on, the test may do something (kill the server, say); the answer is then lost.
"""

import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

When = Literal["before", "after"]


@dataclass
class Trap:
    """What to do, once, at a moment: `subject` is a method of the Open Platform or `notify`."""

    subject: str
    when: When
    action: Callable[[], None]
    sprung: bool = False


class Proxy:
    """Listens on a port of its own; `target` is set once the server's address is known."""

    def __init__(self) -> None:
        self.target = ""
        self.traps: list[Trap] = []
        self.seen: list[str] = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                proxy.pass_on(self, self.rfile.read(length))

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def trap(self, subject: str, when: When, action: Callable[[], None]) -> Trap:
        made = Trap(subject, when, action)
        self.traps.append(made)
        return made

    def _spring(self, subject: str, when: When) -> bool:
        with self._lock:
            trap = next(
                (t for t in self.traps if not t.sprung and (t.subject, t.when) == (subject, when)),
                None,
            )
            if trap is None:
                return False
            trap.sprung = True
        trap.action()
        return True

    def pass_on(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        fields = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query)
        fields |= urllib.parse.parse_qs(body.decode("utf-8", "replace"))
        is_notification = urllib.parse.urlsplit(handler.path).path.endswith("/notify")
        subject = "notify" if is_notification else fields.get("method", ["?"])[0]
        self.seen.append(subject)
        if self._spring(subject, "before"):
            handler.close_connection = True
            return
        try:
            answer = httpx.post(
                self.target + handler.path,
                content=body,
                headers={"content-type": handler.headers.get("content-type", "")},
                timeout=60,
            )
        except httpx.HTTPError:
            handler.close_connection = True
            return
        if self._spring(subject, "after"):
            handler.close_connection = True
            return
        handler.send_response(answer.status_code)
        handler.send_header("content-type", answer.headers.get("content-type", "text/plain"))
        handler.send_header("content-length", str(len(answer.content)))
        handler.end_headers()
        handler.wfile.write(answer.content)
