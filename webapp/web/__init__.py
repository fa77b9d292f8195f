"""The pages."""

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect

from ..config import Settings
from . import (
    accuracy,
    actions,
    assets,
    detail,
    errors,
    forecast,
    form_parser,
    form_templates,
    forms,
    headers,
    history,
    links,
    listing,
    live,
    old_addresses,
    preview,
    removal,
    request_context,
    request_log,
    restore,
    suggestions,
    template_context,
    wait_budget,
)

MAX_REQUEST = 2 * 1024 * 1024  # bytes; a hundred variants with long JSON


def init_app(app: Flask, settings: Settings) -> None:
    app.request_class = form_parser.FormRequest
    app.config.update(
        DEBUG=False,  # whatever the environment says: a debugger would let users run code
        SECRET_KEY=settings.secret_key.reveal(),
        SECRET_KEY_FALLBACKS=[key.reveal() for key in settings.secret_key_fallbacks],
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,  # a form that is open for hours keeps its input
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIN_SIZE=500,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    csrf = CSRFProtect(app)
    Compress(app)
    for part in (assets, request_log, headers, request_context, template_context, live, accuracy, errors, wait_budget):
        part.init_app(app)
    for part in (
        listing,
        forms,
        links,
        form_templates,
        preview,
        suggestions,
        restore,
        detail,
        actions,
        removal,
        history,
        forecast,
        accuracy,
        old_addresses,
    ):
        app.register_blueprint(part.blueprint)
    csrf.exempt(old_addresses.blueprint)  # they only redirect: the new address checks the token
