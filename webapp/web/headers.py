"""The headers of every response, and what a request must bring."""

from collections.abc import Mapping
from functools import partial

from flask import Flask, Response, abort, request

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
YEAR = 365 * 24 * 3600  # seconds


def init_app(app: Flask) -> None:
    on_tls = app.extensions["desk"].settings.on_tls
    sent = HEADERS | ({"Strict-Transport-Security": f"max-age={2 * YEAR}; includeSubDomains"} if on_tls else {})
    app.before_request(_want_a_length)
    app.after_request(partial(_add, sent))


def _want_a_length() -> None:
    """A body without a length would be cut off at the limit without a word."""
    if request.method == "POST" and request.content_length is None:
        abort(411)


def _add(sent: Mapping[str, str], response: Response) -> Response:
    for name, value in sent.items():
        response.headers.setdefault(name, value)
    versioned = request.endpoint == "static" and "v" in request.args
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if versioned else "no-store"
    return response
