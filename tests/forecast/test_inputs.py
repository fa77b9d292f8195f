"""What a plan reads of a form."""

from webapp.contract.form import AutotuneForm
from webapp.forecast.inputs import missing

from ..work import calls


def test_json_of_variants_is_not_read_for_a_plan() -> None:
    """Each look at a plan asks what is missing, and the JSON may be megabytes."""
    short, long = (
        AutotuneForm.initial_data() | {"variants": [{"name": name, "json": json, "size": ""} for name in "ab"]}
        for json in ("1", f"[{'1,' * 40_000}1]")
    )
    assert missing(long) == missing(short) == []
    assert calls(missing, long) == calls(missing, short)
