"""Without a connection nothing was sent, and the page says so."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from webapp.autotunes.states import CREATE_TIMEOUT

from ..forms import hidden, ready
from .conftest import SHORT_DEADLINE, OpenApp, shorten_deadline_on_arrival
from .faulty_statsig import Fault, Respond, close, drip, respond_with, serve_faulty_statsig, silence, unreachable_url
from .test_create import send

NO_CONNECTION = "Not sent. Could not connect to Statsig."
TIMED_OUT = "Not sent. Statsig did not respond in time."


def assert_not_sent(open_app: OpenApp, url: str, message: str, deadline: float = CREATE_TIMEOUT) -> None:
    assert_app_does_not_send(open_app(url, deadline=deadline), message)


def assert_app_does_not_send(app: Flask, message: str) -> None:
    client = app.test_client()
    address = ready(client)
    edit = client.get(f"{address}/edit").text  # the review page would read the name from Statsig
    form = {name: hidden(edit, name) for name in ("csrf_token", "version")}
    page = send(client, address, form).text
    assert message in page and "Review and create" in page
    assert "may exist" not in page and "Created in" not in page


def test_refused_connection_sends_nothing(open_app: OpenApp) -> None:
    with unreachable_url() as url:
        assert_not_sent(open_app, url, NO_CONNECTION)


def test_connection_refused_after_the_first_read_sends_nothing(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        faulty_statsig.on_request = lambda _: faulty_statsig.refuse_connections()
        assert_not_sent(open_app, faulty_statsig.url, NO_CONNECTION)
        assert faulty_statsig.gets == ["/autotunes/button_color_test"] and faulty_statsig.posts == []


def test_unknown_host_sends_nothing(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown_name)
    assert_not_sent(open_app, "https://statsig.invalid/console/v1", NO_CONNECTION)


def test_connection_that_is_never_accepted_times_out(open_app: OpenApp) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            assert_not_sent(open_app, f"http://127.0.0.1:{address[1]}", TIMED_OUT, SHORT_DEADLINE)


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, file = serialization.Encoding.PEM, tmp_path / "server.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(pem) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_untrusted_certificate_sends_nothing(open_app: OpenApp, self_signed: ssl.SSLContext) -> None:
    with serve_faulty_statsig(self_signed) as faulty_statsig:
        assert_not_sent(open_app, faulty_statsig.url, NO_CONNECTION)
        assert faulty_statsig.connections == 1 and faulty_statsig.requests == []


PLAIN_HTTP = respond_with(201, {"data": {"id": "an_id"}})
DRIPPING_HANDSHAKE = drip(b"", b"\x16\x03\x03\x40\x00" + b"\x02" * 99)  # the beginning of a long ServerHello


@pytest.mark.parametrize(
    ("respond", "message"),
    [(close, NO_CONNECTION), (PLAIN_HTTP, NO_CONNECTION), (silence, TIMED_OUT), (DRIPPING_HANDSHAKE, TIMED_OUT)],
    ids=["closed", "plain HTTP", "silence", "drips"],
)
def test_failed_handshake_sends_nothing(open_app: OpenApp, respond: Respond, message: str) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        faulty_statsig.faults = {"*": Fault(respond, before_reading=True)}
        app = open_app(faulty_statsig.url.replace("http:", "https:"))
        if message == TIMED_OUT:
            shorten_deadline_on_arrival(app, faulty_statsig, "*")
        assert_app_does_not_send(app, message)
        assert faulty_statsig.connections == 1 and faulty_statsig.requests == []
