"""Without a login: requests from this machine only, not through a proxy."""

import http.client
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..soak.server_process import free_port

LOCAL_MODE = "Local mode, no login."
PAGES = ("/", "/autotunes/new", "/healthz", "/static/app.css", "/nothing")
DENIED = "Only available on this machine"


def test_footer_says_local_mode(client: FlaskClient) -> None:
    page = client.get("/").text
    assert LOCAL_MODE in page
    assert "Log out" not in page


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost:80", "127.0.0.1", "[::1]", "[::1]:80"])
def test_loopback_host_is_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "desk.example.com",
        "localhost.example.com",
        "127.0.0.1.nip.io",
        "127.0.0.2",
        "0.0.0.0",
        "10.0.0.7",
        "localhost@example.com",
        "example.com@localhost",
        "localhost, example.com",
        "localhost:",
        "localhost:٨٠",
        "localhost:080",
        "::1",
        "[::1",
        "[::2]",
        "[fe80::1%25lo]",
        "localhost/x",
        "localhost?x",
        "localhost#x",
    ],
)
def test_other_host_is_denied(client: FlaskClient, host: str) -> None:
    for path in PAGES:
        response = client.get(path, environ_overrides={"HTTP_HOST": host})
        assert response.status_code == 400, path
        assert DENIED in response.text


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-User",
        "x-forwarded",
        "Forwarded",
        "X-Real-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "True-Client-IP",
        "Via",
        "CF-Ray",
        "CF-Connecting-IP",
        "X-Original-URI",
        "X-Original-Forwarded-For",
        "X-Envoy-External-Address",
        "X-Amzn-Trace-Id",
    ],
)
def test_request_with_a_proxy_header_is_denied(client: FlaskClient, header: str) -> None:
    for path in PAGES:
        response = client.get(path, headers={header: "127.0.0.1"})
        assert response.status_code == 403, path
        assert DENIED in response.text


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/0.9", ""])
def test_request_with_an_old_http_version_is_denied(client: FlaskClient, protocol: str) -> None:
    """By default nginx adds no header and speaks HTTP/1.0."""
    for path in PAGES:
        response = client.get(path, environ_overrides={"SERVER_PROTOCOL": protocol})
        assert response.status_code == 403, path
        assert DENIED in response.text


@pytest.mark.parametrize("remote", ["10.0.0.7", "::2", "", "unknown"])
def test_request_from_another_machine_is_denied(client: FlaskClient, remote: str) -> None:
    assert client.get("/", environ_overrides={"REMOTE_ADDR": remote}).status_code == 403


@pytest.mark.parametrize("remote", ["127.0.0.1", "127.8.9.1", "::1"])
def test_request_from_a_loopback_address_is_answered(client: FlaskClient, remote: str) -> None:
    assert client.get("/", environ_overrides={"REMOTE_ADDR": remote}).status_code == 200


def test_local_mode_has_no_login_route(client: FlaskClient, app: Flask) -> None:
    assert client.get("/login").status_code == 404
    assert "authlib.integrations.flask_client" not in app.extensions


# --- the real server


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a real `serve` process."""
    environ = {"DATA_DIR": str(tmp_path / "desk"), "PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "webapp", "serve"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline().rpartition(":")[2])
        process.terminate()


def _status(port: int, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    status = connection.getresponse().status
    connection.close()
    return status


def test_server_denies_other_hosts_and_proxies(port: int) -> None:
    assert _status(port) == 200
    assert _status(port, Host=f"localhost:{port}") == 200
    assert _status(port, Host="desk.example.com") == 400
    assert _status(port, X_Forwarded_For="127.0.0.1") == 403
    assert _status(port, X_Forwarded_Proto="https") == 403
    assert _status(port, Forwarded="for=127.0.0.1") == 403
    assert _status(port, Via="1.1 proxy") == 403
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        sock.sendall(f"GET / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        assert b" 403 " in sock.recv(100)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_healthz_answers_curl(port: int) -> None:
    result = subprocess.run(["curl", "-fsS", "--noproxy", "*", f"http://127.0.0.1:{port}/healthz"], check=False)
    assert result.returncode == 0
