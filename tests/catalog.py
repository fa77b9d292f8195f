"""What a fake Statsig lists, and what it has counted in the week before the clock of the tests."""

from typing import Any

from .fake_statsig import FakeStatsig

# 1,800,000,000 is Friday, 15 January 2027, 08:00 UTC.
YESTERDAY = "2027-01-14"
COUNTS = {
    ("add_to_cart", YESTERDAY): {"overall": 21377, "userID": 5676, "stableID": 6001},
    **{("purchase", f"2027-01-{day:02}"): {"overall": 70 + 10 * (day % 7), "userID": 50} for day in range(8, 15)},
}


def fill(statsig: FakeStatsig) -> None:
    statsig.catalog = {
        "/company": {"companyName": "Shop", "isWarehouseNative": False},
        "/metrics/list": [
            {"name": "Carts", "lineage": {"events": ["add_to_cart"], "metrics": []}, "metricEvents": []},
            {"name": "Sales", "metricEvents": [{"name": "purchase", "type": "count"}]},
            {"name": "Broken"},
        ],
        "/events": [
            {"name": "page_view", "userID": "user-1922"},
            {"name": "add_to_cart", "userID": "user-1922"},
            {"name": "page_view", "userID": "user-1026"},
        ],
        "/metrics/metric_source/list": [
            {
                "name": "Orders",
                "description": "Every order",
                "timestampColumn": "ordered_at",
                "idTypeMapping": [{"statsigUnitID": "userID", "column": "user_id"}],
                "customFieldMapping": [{"key": "revenue", "formula": "price * count"}],
            }
        ],
        "/experiments": [
            {"id": "checkout_flow", "name": "checkout_flow", "status": "active"},
            {"id": "sign_up", "status": "active"},
            {"id": "old_banner", "name": "Old Banner", "status": "decision_made"},
        ],
        "/exposure_count": exposures,
        "/unit_id_types": [{"name": "companyID", "description": "One company"}],
        "/metrics/values": counts,
    }
    statsig.autotunes["hero_image"] = {
        "id": "hero_image",
        "name": "Hero Image",
        "successEvent": "add_to_cart",
        "isStarted": True,
        "variants": [{"name": "a", "json": {"image": "a.png"}}],
    }


def exposures(query: dict[str, str]) -> dict[str, Any]:
    past_week = {"checkout_flow": 7000, "sign_up": 21003}
    ids = query["experiments"].split(",")
    return {"experiments": [{"id": name, "pastDay": 1, "past7Days": past_week[name]} for name in ids]}


def counts(query: dict[str, str]) -> list[dict[str, Any]]:
    found = COUNTS.get((query["metricName"], query["date"]), {})
    return [{"metricName": query["metricName"], "unitType": unit, "value": value} for unit, value in found.items()]
