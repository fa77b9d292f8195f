"""What a fake Statsig lists, with the two days before the clock of the tests."""

from typing import Any

from .fake_statsig import FakeStatsig

# 1,800,000,000 is Friday, 15 January 2027, 08:00 UTC.
YESTERDAY, WEDNESDAY = "2027-01-14", "2027-01-13"
COUNTS = {
    ("add_to_cart", YESTERDAY): {"overall": 21377, "userID": 5676, "stableID": 6001},
    ("add_to_cart", WEDNESDAY): {"overall": 20000, "userID": 5000, "stableID": 6000},
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
        "/experiments": [{"id": "checkout_flow", "name": "checkout_flow", "status": "active"}],
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


def counts(query: dict[str, str]) -> list[dict[str, Any]]:
    found = COUNTS.get((query["metricName"], query["date"]), {})
    return [{"metricName": query["metricName"], "unitType": unit, "value": value} for unit, value in found.items()]
