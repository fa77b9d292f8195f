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
from .conftest import SHORT, Open, ends_soon
from .fake_statsig import Fault, Say, answer, close, drip, nowhere, serving, silence
from .test_create import send

NO_CONNECTION = "Not sent. Could not connect to Statsig."
LATE = "Not sent. Statsig did not respond in time."


def is_not_sent(open_app: Open, url: str, sentence: str, deadline: float = CREATE_TIMEOUT) -> None:
    is_not_sent_by(open_app(url, deadline=deadline), sentence)


def is_not_sent_by(app: Flask, sentence: str) -> None:
    client = app.test_client()
    address = ready(client)
    edit = client.get(f"{address}/edit").text  # the page of what is ready would ask Statsig for the name
    form = {each: hidden(edit, each) for each in ("csrf_token", "version")}
    page = send(client, address, form).text
    assert sentence in page and "Review and create" in page
    assert "may exist" not in page and "Created in" not in page


def test_refused_connection_sends_nothing(open_app: Open) -> None:
    with nowhere() as url:
        is_not_sent(open_app, url, NO_CONNECTION)


def test_connection_refused_after_the_first_read(open_app: Open) -> None:
    with serving() as faulty:
        faulty.looking = lambda _: faulty.hang_up()
        is_not_sent(open_app, faulty.url, NO_CONNECTION)
        assert faulty.gets == ["/autotunes/button_color_test"] and faulty.posts == []


def test_unknown_host_sends_nothing(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown_name)
    is_not_sent(open_app, "https://statsig.invalid/console/v1", NO_CONNECTION)


def test_connection_that_is_never_accepted(open_app: Open) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            is_not_sent(open_app, f"http://127.0.0.1:{address[1]}", LATE, SHORT)


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


def test_untrusted_certificate_sends_nothing(open_app: Open, self_signed: ssl.SSLContext) -> None:
    with serving(self_signed) as faulty:
        is_not_sent(open_app, faulty.url, NO_CONNECTION)
        assert faulty.connections == 1 and faulty.asked == []


PLAIN = answer(201, {"data": {"id": "an_id"}})
DRIPPING = drip(b"", b"\x16\x03\x03\x40\x00" + b"\x02" * 99)  # the beginning of a long ServerHello


@pytest.mark.parametrize(
    ("say", "sentence"),
    [(close, NO_CONNECTION), (PLAIN, NO_CONNECTION), (silence, LATE), (DRIPPING, LATE)],
    ids=["closed", "no TLS at all", "silence", "drips"],
)
def test_failed_handshake_sends_nothing(open_app: Open, say: Say, sentence: str) -> None:
    with serving() as faulty:
        faulty.faults = {"*": Fault(say, unread=True)}
        app = open_app(faulty.url.replace("http:", "https:"))
        if sentence == LATE:
            ends_soon(app, faulty, "*")
        is_not_sent_by(app, sentence)
        assert faulty.connections == 1 and faulty.asked == []
