"""What a forecast reads from the form."""

from webapp.contract.form import AutotuneForm
from webapp.forecast.inputs import setup_form

from ..work import calls


def test_variant_json_is_not_parsed_for_a_forecast() -> None:
    """Each poll checks for missing fields, and the JSON may be megabytes."""
    short, long = (
        AutotuneForm.initial_data() | {"variants": [{"name": name, "json": json, "size": ""} for name in "ab"]}
        for json in ("1", f"[{'1,' * 40_000}1]")
    )
    setup_form(short)  # the first form of a class prepares its fields
    assert calls(setup_form, long) == calls(setup_form, short)
