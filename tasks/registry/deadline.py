"""HTTP connections that a moment in time can cut, whatever drips: a socket's own timeout begins anew with each byte."""

import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

Sockets = weakref.WeakSet[socket.socket]


class DeadlineAdapter(requests.adapters.HTTPAdapter):
    """Makes connections whose sockets are known, so that they can be cut while somebody reads from them."""

    def __init__(self) -> None:
        """Begin with no connection."""
        self.sockets: Sockets = weakref.WeakSet()
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Have pools make connections that tell their sockets."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = pool_classes(self.sockets)

    @contextmanager
    def until(self, seconds: float) -> Iterator[threading.Event]:
        """Cut every connection once so many seconds have passed; the event says that it was so."""
        is_over, is_done = threading.Event(), threading.Event()
        timer = threading.Timer(max(seconds, 0.0), self._cut, [is_over, is_done])
        timer.daemon = True
        timer.start()
        try:
            yield is_over
        finally:
            is_done.set()
            timer.cancel()

    def _cut(self, is_over: threading.Event, is_done: threading.Event) -> None:
        is_over.set()
        # again and again: a connection that is being made while time runs out tells its socket a moment later
        while not is_done.is_set():
            for one in list(self.sockets):
                # shut down beneath TLS, which a second thread may not touch
                with suppress(OSError):
                    socket.socket.shutdown(one, socket.SHUT_RDWR)
            is_done.wait(0.1)


def pool_classes(sockets: Sockets) -> dict[str, Any]:
    """Connection pools by scheme, whose connections add their sockets to `sockets`."""

    class Connection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class SecureConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection  # type: ignore[assignment]

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection  # type: ignore[assignment]

    return {"http": Pool, "https": SecurePool}
