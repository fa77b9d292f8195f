"""Keeps the last forecast of an autotune until it is sent."""

from ..store import AutotuneRecord, ForecastRecord, queries
from .services import Services
from .states import EDITABLE


def keep_forecast(services: Services, record: AutotuneRecord, forecast: ForecastRecord) -> bool:
    """Returns False if the autotune has been sent, or changed since `record` was read.

    After a create the forecast documents what was expected, so nothing replaces it.
    """
    with services.store.write() as session:
        current = queries.get(session, record.id, locked=True)
        if current is None or current.state not in EDITABLE or current.version != record.version:
            return False
        queries.replace_forecast(session, forecast)
        return True
