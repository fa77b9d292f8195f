"""A real Chromium for a desk on a real server. Without Chromium, or REQUIRE_BROWSER=1, these tests are skipped."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from waitress import create_server  # type: ignore[attr-defined]

# The headless shell is the same engine, and takes half the time.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
EXPECT_TIMEOUT = 60_000  # milliseconds, enough on a busy machine

expect.set_options(timeout=EXPECT_TIMEOUT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or REQUIRED:
        return
    skip = pytest.mark.skip(reason="no chromium was found: install it, or name it in CHROMIUM")
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": ARGUMENTS, "headless": True}


def _run(server: Any) -> None:
    with suppress(OSError):  # closed at the end of a test, while it waits for its sockets
        server.run()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves an app on loopback and returns its address. Pass a socket if the address must be known before."""
    with ExitStack() as stack:

        def start(app: Flask, listener: socket.socket | None = None) -> str:
            sock = listener or socket.create_server(("127.0.0.1", 0))
            server = create_server(app, sockets=[sock], threads=8, clear_untrusted_proxy_headers=False)
            threading.Thread(target=_run, args=(server,), daemon=True).start()
            stack.callback(server.close)
            return f"http://127.0.0.1:{sock.getsockname()[1]}"

        yield start


@pytest.fixture
def site(app: Flask, serve: Callable[..., str]) -> str:
    """The address of a desk whose Statsig is `fake_statsig`."""
    return serve(app)


@pytest.fixture
def sandbox_site(make_app: Callable[..., Flask], serve: Callable[..., str]) -> str:
    return serve(make_app())


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest) -> Page:
    name = "page" if request.param == "with JavaScript" else "plain_page"
    page: Page = request.getfixturevalue(name)
    return page
