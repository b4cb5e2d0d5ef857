"""Prefect's server on loopback: its password, its environment, and a temporary one for a run from the command line."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from cli.application import SETUP_TOKEN
from tasks.errors import CartscapeError
from tasks.files import write_file
from tasks.home import Home
from tasks.settings import REPOSITORY

HOST = "127.0.0.1"
USER = "cartscape"
START_PATIENCE_SECONDS = 180
STOP_PATIENCE_SECONDS = 10
# a server whose database is busy answers 503, or breaks off; it is asked again after half a second, one, two and so on,
# as all that is asked here may be asked twice
BUSY = Retry(total=6, connect=0, read=6, backoff_factor=0.5, status_forcelist=[503], allowed_methods=None)
# in the environment of all that a service or a run starts, so that what outlives it is known by the home it belongs to
SERVICE_OF, RUN_OF = "CARTSCAPE_SERVICE_OF", "CARTSCAPE_RUN_OF"


def password(home: Home) -> str:
    """User and password of the interface, as `user:password`; made where there is none, readable by the owner alone."""
    path = home.prefect_password
    if not path.exists():
        write_file(path, f"{USER}:{secrets.token_urlsafe(32)}\n".encode(), mode=0o600)
    path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def session(secret: str) -> requests.Session:
    """Requests of somebody who knows `user:password`, patient with a busy server."""
    asking = requests.Session()
    user, _, word = secret.partition(":")
    asking.auth = (user, word)
    asking.mount("http://", HTTPAdapter(max_retries=BUSY))
    return asking


def environment(home: Home, port: int) -> dict[str, str]:
    """What Prefect's programs need to know of the server at a port of this home."""
    api_url, secret = f"http://{HOST}:{port}/api", password(home)
    return {
        **os.environ,
        "PREFECT_HOME": os.environ.get("PREFECT_HOME", str(home.prefect)),
        "PREFECT_API_URL": api_url,
        "PREFECT_API_AUTH_STRING": secret,
        "PREFECT_SERVER_API_AUTH_STRING": secret,
        "PREFECT_SERVER_API_HOST": HOST,
        # a slow disk makes SQLite's writers wait for each other
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        # the page asks this address; by itself it would ask port 4200
        "PREFECT_SERVER_UI_API_URL": api_url,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}:{port}",
    }


def start_server(port: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the guarded server on loopback; the caller waits for it and ends it."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "cli.application:create", "--host", HOST]
    options = ["--port", str(port), "--log-level", "warning", "--timeout-keep-alive", "5"]
    return subprocess.Popen([*command, *options], env={**environment, "PREFECT__SERVER_FINAL": "1"}, cwd=REPOSITORY)


def wait_until_healthy(api_url: str, server: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers; its end or too long a silence is an error."""
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CartscapeError(f"Prefect's server at {api_url} did not start; its last lines are above")
        try:
            if requests.get(f"{api_url}/health", timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise CartscapeError(
        f"Prefect's server at {api_url} did not answer within {START_PATIENCE_SECONDS} seconds; run again when this "
        "machine is less busy"
    )


def stop(process: "subprocess.Popen[bytes]", signal_number: int) -> None:
    """Ask a program to end, and end it where it does not listen."""
    process.send_signal(signal_number)
    try:
        process.wait(timeout=STOP_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def require_free(port: int) -> None:
    """Raise CartscapeError where a program listens on a port already."""
    with closing(socket.socket()) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise CartscapeError(
                f"port {port} of {HOST}: {error.strerror}; end the program that uses it, or choose another --port"
            ) from error


@contextmanager
def temporary_server(home: Home, modules: Sequence[str] = ()) -> Iterator[None]:
    """A server for the run of this process, which Prefect finds in the environment; gone when the run ends.

    Where PREFECT_API_URL is set, the user's own server is used. `modules`: what to import while the server starts,
    which takes as long.
    """
    if "PREFECT_API_URL" in os.environ:
        yield
        return
    port, before = free_port(), dict(os.environ)
    settings = environment(home, port)
    quietly = {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_UI_ENABLED": "0", SETUP_TOKEN: "", RUN_OF: str(home)}
    server = start_server(port, {**settings, **quietly})
    try:
        # Prefect reads them when it is imported
        os.environ.update({name: value for name, value in settings.items() if name.startswith("PREFECT_")})
        for module in modules:
            import_module(module)
        wait_until_healthy(settings["PREFECT_API_URL"], server)
        yield
    finally:
        for name in settings.keys() - before.keys():
            os.environ.pop(name, None)
        stop(server, signal.SIGTERM)
