"""What stands beside the form: what is filled in so far, in a sentence and as a checklist, and its forecast."""

from typing import Any

from ..contract.form import AutotuneForm
from ..contract.sentence import describe
from .assumptions import assumptions_from_query, inputs_from
from .checklist import checklist
from .forecast_headline import headline_context
from .page_form import AutotunePageForm


def checked_copy(form: AutotuneForm) -> AutotuneForm:
    """The same form after validation: the page's own may not show errors yet."""
    checked = AutotuneForm.from_data(form.form_data)
    checked.validate()
    return checked


def sidebar_context(form: AutotunePageForm, checked: AutotuneForm) -> dict[str, Any]:
    """`checked` is its `checked_copy`."""
    inputs = inputs_from(checked, assumptions_from_query(form.assumptions.data))
    for field in inputs.assumptions.leaf_fields():
        if not field.typed.strip():
            field.errors = []  # no forecast is needed
    return {"sentence": describe(checked), "checklist": checklist(checked), **headline_context(inputs)}
