"""The inputs of a forecast are read from the form without more work than needed."""

from webapp.contract.form import AutotuneForm
from webapp.forecast.inputs import setup_form

from ..call_count import count_calls


def test_variant_json_is_not_parsed_for_a_forecast() -> None:
    """Each poll checks for missing fields, and the JSON may be megabytes."""
    short, long = (
        AutotuneForm.initial_data() | {"variants": [{"name": name, "json": json, "size": ""} for name in "ab"]}
        for json in ("1", f"[{'1,' * 40_000}1]")
    )
    for _ in range(3):  # the first forms prepare their class and fill the caches of what they call
        count_calls(setup_form, short)
    assert count_calls(setup_form, long) == count_calls(setup_form, short)
