"""Addresses of earlier versions, which links and open pages may still have."""

from urllib.parse import quote

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ..auth import public

blueprint = Blueprint("old_addresses", __name__)


@blueprint.get("/autotunes/<record_id>/plan")
@public
def plan(record_id: str) -> Response:
    return _with_query(url_for("forecast.show", record_id=record_id))


@blueprint.get("/autotunes/<record_id>/plan.json")
@public
def plan_json(record_id: str) -> Response:
    return _with_query(url_for("forecast.as_json", record_id=record_id))


@blueprint.route("/autotunes/<record_id>/absent", methods=["GET", "POST"])
@public
def absent(record_id: str) -> Response:
    return redirect(url_for("detail.not_created", record_id=record_id), 308)


@blueprint.route("/autotunes/<record_id>/turn-down", methods=["GET", "POST"])
@public
def turn_down(record_id: str) -> Response:
    return redirect(url_for("detail.reject", record_id=record_id), 308)


@blueprint.get("/autotunes/held")
@public
def held() -> Response:
    return redirect(url_for("restore.restore"), 301)


def _with_query(address: str) -> Response:
    query = quote(request.query_string, safe="%&=+")
    return redirect(f"{address}?{query}" if query else address, 301)
