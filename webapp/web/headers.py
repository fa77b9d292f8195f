"""The headers of every response, and of requests with a body."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # stricter would make Flask-WTF refuse every form on TLS
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOUND = (200, 304)  # statuses of an existing file
YEAR = 365 * 24 * 3600  # seconds


def init_app(app: Flask) -> None:
    on_tls = app.extensions["services"].settings.on_tls
    sent = HEADERS | ({"Strict-Transport-Security": f"max-age={2 * YEAR}; includeSubDomains"} if on_tls else {})
    app.before_request(_require_length)
    app.before_request(_redirect_without_host)
    app.after_request(partial(_add, sent))


def _require_length() -> None:
    """A body without a length would be cut off at the limit silently."""
    if request.method == "POST" and request.content_length is None:
        abort(411)


def _redirect_without_host() -> AnyResponse | None:
    """Werkzeug corrects double slashes with a full URL, whose scheme is wrong behind a proxy with TLS."""
    error = request.routing_exception
    if not isinstance(error, RequestRedirect):
        return None
    url = urlsplit(error.new_url)
    return redirect(f"/{url.path.lstrip('/')}" + (f"?{url.query}" if url.query else ""), error.code)


def _add(sent: Mapping[str, str], response: Response) -> Response:
    for name, value in sent.items():
        response.headers.setdefault(name, value)
    versioned = request.endpoint == "static" and "v" in request.args and response.status_code in FOUND
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if versioned else "no-store"
    return response
