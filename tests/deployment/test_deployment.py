"""The documented nginx.conf in front of two copies of the app under the documented gunicorn.conf.py."""

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, text

from ..auth.fixtures import ANNA, SECRET, authorize, issuer
from ..reliability.test_postgres import SERVER
from ..soak.server_process import ROOT, Visitor, free_port
from .copies import Copy, running, wait_for

__all__ = ["issuer"]

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIG = ROOT / "docs" / "deployment" / "nginx.conf"
VISITS = 40

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not NGINX and os.environ.get("REQUIRE_NGINX") != "1", reason="no nginx was found: install nginx-light"
    ),
]


@dataclass
class Site:
    url: str
    plain_url: str
    certificate: Path
    access_log: Path
    copies: tuple[Copy, Copy]
    data: Path

    def visitor(self) -> Visitor:
        visitor = Visitor(self.url)
        visitor.session.verify = str(self.certificate)
        return visitor

    def logged_in(self) -> Visitor:
        visitor = self.visitor()
        login = visitor.session.get(f"{self.url}/login", allow_redirects=False).headers["Location"]
        assert visitor.session.get(authorize(login, ANNA)).status_code == 200
        return visitor

    def access_lines(self) -> list[dict[str, str]]:
        lines = self.access_log.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]  # the last one may not be complete


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("deployment")
    port, plain_port = free_port(), free_port()
    environ = {
        "PUBLIC_URL": f"https://127.0.0.1:{port}",
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": "desk",
        "OIDC_CLIENT_SECRET": SECRET,
        "ALLOWED_EMAIL_DOMAINS": "example.com",
    }
    if "PGHOST" in os.environ:
        environ["DATABASE_URL"] = _new_database()
    certificate = _make_certificate(folder)
    with running(folder, **environ) as first, running(folder, **environ) as second:
        values = {
            "PID_FILE": folder / "nginx.pid",
            "ACCESS_LOG": folder / "access.log",
            "COPY_1": first.address,
            "COPY_2": second.address,
            "HTTP_PORT": f"127.0.0.1:{plain_port}",
            "HTTPS_PORT": f"127.0.0.1:{port}",
            "PUBLIC_URL": environ["PUBLIC_URL"],
            "CERTIFICATE": certificate,
            "CERTIFICATE_KEY": folder / "key.pem",
        }
        config = folder / "nginx.conf"
        config.write_text(_filled_in(values), encoding="utf-8")
        assert NGINX
        command = [NGINX, "-c", str(config), "-e", str(folder / "error.log"), "-g", "daemon off;"]
        with subprocess.Popen(command) as process:
            try:
                for copy in (first, second):
                    copy.wait_until_ready()
                wait_for(f"{environ['PUBLIC_URL']}/healthz", process, verify=str(certificate))
                plain = f"http://127.0.0.1:{plain_port}"
                log = folder / "access.log"
                yield Site(environ["PUBLIC_URL"], plain, certificate, log, (first, second), folder / "data")
            finally:
                process.terminate()


def _filled_in(values: dict[str, object]) -> str:
    config = CONFIG.read_text(encoding="utf-8")
    for name, value in values.items():
        config = config.replace(f"${{{name}}}", str(value))
    return config


def _new_database() -> str:
    server, name = SERVER.format_map(os.environ), f"desk_deployment_{secrets.token_hex(4)}"
    engine = create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}{name}"


def _make_certificate(folder: Path) -> Path:
    certificate = folder / "certificate.pem"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *options, *names, *files], check=True, capture_output=True)
    return certificate


def test_form_is_served_by_both_copies_in_one_session(site: Site) -> None:
    visitor = site.logged_in()
    assert {visitor.get("/autotunes/new").status_code for _ in range(VISITS)} == {200}
    copies = {line["copy"] for line in site.access_lines() if line["path"] == "/autotunes/new"}
    assert copies == {copy.address for copy in site.copies}


def test_forecasts_of_one_autotune_go_to_one_copy(site: Site) -> None:
    visitor = site.logged_in()
    path = visitor.write("Forecast behind nginx")
    for _ in range(VISITS // 4):
        visitor.get(f"{path}/forecast")
        visitor.get(f"{path}/forecast.json")
    lines = [line for line in site.access_lines() if line["path"].startswith(f"{path}/forecast")]
    assert len(lines) > VISITS // 4 and len({line["copy"] for line in lines}) == 1


def test_concurrent_creates_on_both_copies_send_once(site: Site) -> None:
    visitor = site.logged_in()
    path = visitor.write("Created behind nginx")
    form = visitor.read(path, "csrf_token", "version")
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda _: visitor.post(f"{path}/create", form), range(4)))
    assert {response.status_code for response in responses} == {303}
    autotune = visitor.get(f"{path}.json").json()
    assert autotune["state"] == "created"
    assert [event["what"] for event in autotune["history"]].count("Clicked “Create in the sandbox”") == 1
    with closing(sqlite3.connect(site.data / "sandbox.db")) as sandbox:
        names = sandbox.execute("SELECT count(*) FROM autotunes WHERE id = 'created_behind_nginx'").fetchall()
    assert names == [(1,)]


@pytest.mark.parametrize("size", [2_150_000, 4_000_000])
def test_request_over_the_limit_says_what_to_do(site: Site, size: int) -> None:
    response = site.logged_in().post("/autotunes", {"name": "x" * size})
    assert response.status_code == 413
    assert "have up to two megabytes. Go back and shorten the longest JSON." in response.text


def test_foreign_host_is_denied(site: Site) -> None:
    response = site.visitor().session.get(site.url, headers={"Host": "evil.example.com"})
    assert response.status_code == 400 and "not the address" in response.text


def test_http_redirects_to_https(site: Site) -> None:
    response = requests.get(f"{site.plain_url}/autotunes/new?name=A", allow_redirects=False, timeout=5)
    assert (response.status_code, response.headers["Location"]) == (301, f"{site.url}/autotunes/new?name=A")


def test_long_prefilled_link_reaches_the_form(site: Site) -> None:
    text = "x" * 9_000
    assert text in site.logged_in().get(f"/autotunes/new?description={text}").text


def test_logs_are_json_without_form_data(site: Site) -> None:
    site.logged_in().get("/autotunes/new?name=Typed+into+a+link")
    lines = [line for copy in site.copies for line in copy.lines()]
    assert all({"at", "level", "where", "what"} <= line.keys() for line in lines)
    assert "Typed" not in str([*lines, *site.access_lines()])


def test_stopping_one_copy_drops_no_request(site: Site) -> None:
    visitors = [site.logged_in() for _ in range(4)]
    forms = [visitor.read("/autotunes/new", "csrf_token") for visitor in visitors]
    stopped, statuses = threading.Event(), []

    def use(visitor: Visitor, form: dict[str, str]) -> None:
        while not stopped.is_set():
            statuses.append(("GET", visitor.get("/").status_code))
            statuses.append(("POST", visitor.post("/autotunes/preview", {**form, "name": "A"}).status_code))

    users = [threading.Thread(target=use, args=pair) for pair in zip(visitors, forms, strict=True)]
    for user in users:
        user.start()
    idle = requests.Session()  # a connection that the copy waits for while it stops
    idle.get(f"http://{site.copies[0].address}/healthz", timeout=5)
    assert site.copies[0].stop() == 0
    time.sleep(0.3)
    stopped.set()
    for user in users:
        user.join()
    assert set(statuses) == {("GET", 200), ("POST", 200)}
    assert visitors[0].get("/autotunes/new").status_code == 200
