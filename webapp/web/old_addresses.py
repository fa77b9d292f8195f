"""Addresses of earlier versions, which links and open pages may still have."""

from urllib.parse import quote

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ..auth import public

blueprint = Blueprint("old_addresses", __name__)

ENDPOINTS = {
    "plan": "forecast.show",
    "plan.json": "forecast.show_json",
    "absent": "detail.not_created",
    "turn-down": "detail.reject",
}


@public
def moved(record_id: str, endpoint: str) -> Response:
    address, query = url_for(endpoint, record_id=record_id), quote(request.query_string, safe="%&=+")
    return redirect(f"{address}?{query}" if query else address, 308)


for old, new in ENDPOINTS.items():
    rule, values = f"/autotunes/<record_id>/{old}", {"endpoint": new}
    blueprint.add_url_rule(rule, view_func=moved, defaults=values, methods=["GET", "POST"])


@blueprint.get("/autotunes/held")
@public
def held() -> Response:
    return redirect(url_for("restore.restore"), 308)
