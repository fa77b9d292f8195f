"""Create Autotune as a form: its fields are named as Statsig names the properties of the request body.

A page, a stored draft, a prefilled link and a request body are all read by this form, and `body` is what is sent.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import Form, FormField

from .choices import (
    ATTRIBUTION_UNITS,
    ATTRIBUTION_WINDOWS,
    DIRECTIONS,
    EXPLORATION_WINDOWS,
    KINDS,
    OPTIMIZATION_PARAMETERS,
    WINNER_THRESHOLDS,
    bare_number,
    find_choice,
    window_words,
)
from .error_list import ErrorList
from .fields import (
    ChoiceField,
    LineField,
    LinesField,
    RadioChoiceField,
    Required,
    ShareField,
    TextField,
)
from .form_data import FormData, flat, with_min_variants
from .limits import MAX_VARIANTS
from .sections import SECTIONS
from .variants import VariantForm, VariantList

CONTEXTUAL_ONLY = "Only contextual autotunes use this. Clear it, or choose Contextual"
ALL_SIZES_ZERO = "Give at least one variant a share above 0"


class AutotuneForm(ErrorList, Form):
    name = LineField(
        "Name",
        [Required("Enter a name")],
        description="Cannot be changed later.",
        example="e.g. Button Color Test",
        render_kw={"spellcheck": "true", "autocapitalize": "sentences"},
    )
    description = TextField(
        "Description (optional)",
        description="What this autotune is for, in a sentence or two.",
        required_message="Enter a description",
    )
    goalRichText = TextField(
        "Goal (optional)",
        description="What you want to achieve.",
        required_message="Enter a goal",
    )

    variants = VariantList(FormField(VariantForm), "Variants")

    successEvent = LineField(
        "Success event",
        [Required("Enter the success event")],
        description="The event to get more of, spelled exactly as your product logs it.",
        example="e.g. add_to_cart",
    )
    successEventValue = LineField(
        "Success event value (optional)",
        description="Only events with this value count.",
        default_note="every value counts",
        required_message="Enter a success event value",
    )

    explorationWindow = ChoiceField(
        "Exploration window",
        [Required("Choose an exploration window")],
        choices=EXPLORATION_WINDOWS,
        description="How long the split stays fixed.",
        initial="168hr",
    )
    attributionWindow = ChoiceField(
        "Attribution window",
        [Required("Choose an attribution window")],
        choices=ATTRIBUTION_WINDOWS,
        description="Successes within this time count.",
        initial="1hr",
    )
    attributionWindowUnit = ChoiceField(
        "Attribution window unit (optional)",
        choices=ATTRIBUTION_UNITS,
        default_note="hours",
        blank_label="hours (default)",
        required_message="Choose an attribution window unit",
    )
    winnerThreshold = ChoiceField(
        "Winner threshold",
        [Required("Choose a winner threshold")],
        choices=WINNER_THRESHOLDS,
        description="How sure to be of the winner.",
        initial="95%",
    )

    isContextual = RadioChoiceField("Type of autotune", choices=KINDS, default_note="classic", initial="false")

    explorationWindowRate = ShareField(
        "Exploration window rate (optional)",
        description="From 0.001, which relies on what was learned, to 1, which explores.",
        default_note="Statsig’s console starts from 0.5",
        example="0.5",
        contextual_only=True,
        required_message="Enter an exploration window rate",
    )
    longtermExplorationAllocation = ShareField(
        "Long-term exploration allocation (optional)",
        description="The share of traffic that stays random, from 0.001 to 1.",
        default_note="Statsig’s console starts from 0.1",
        example="0.1",
        contextual_only=True,
        required_message="Enter a long-term exploration allocation",
    )
    featureList = LinesField(
        "Feature list (optional)",
        description="The user attributes to learn from, one per line.",
        default_note="Statsig learns from every attribute",
        contextual_only=True,
        required_message="Enter the user attributes to learn from",
    )
    metadataField = LineField(
        "Metadata field (optional)",
        description="The number in the event’s metadata to increase or decrease.",
        default_note="Statsig counts whether the success event occurs",
        contextual_only=True,
        required_message="Enter a metadata field",
    )
    higherIsBetter = ChoiceField(
        "Which way is better? (optional)",
        choices=DIRECTIONS,
        description="For the metadata field.",
        default_note="Statsig assumes that higher is better",
        blank_label="Higher is better (default)",
        contextual_only=True,
        required_message="Choose which way is better",
    )

    metricSourceID = LineField(
        "Metric source ID (optional)",
        description="Where success events are read from. We assume that it is the metric source’s name.",
        default_note="we assume that Statsig uses the logged events",
        required_message="Enter a metric source ID",
    )
    valueColumn = LineField(
        "Value column (optional)",
        description="The column of the metric source to optimize for.",
        required_message="Enter a value column",
    )

    optimizationParameter = ChoiceField(
        "Optimization parameter (optional)",
        choices=OPTIMIZATION_PARAMETERS,
        description="Whether to optimize for the event itself or for its value.",
        default_note="we assume that Statsig optimizes for the event itself",
        blank_label="Not provided",
        required_message="Choose an optimization parameter",
    )
    linkedExperimentName = LineField(
        "Linked experiment (optional)",
        description="The experiment that measures the autotune’s effect.",
        required_message="Enter a linked experiment",
    )
    idType = LineField(
        "ID type (optional)",
        description="userID, stableID or a custom ID. It cannot be changed later.",
        default_note="Statsig uses userID",
        example="userID",
        required_message="Enter an ID type",
    )

    @classmethod
    def from_data(cls, form_data: Mapping[str, Any]) -> "AutotuneForm":
        """The form with what was typed before, as `form_data` gives it."""
        return cls(flat(form_data))

    @classmethod
    def initial_data(cls) -> FormData:
        """The form data of an empty form: the console's defaults, but a week of exploration, which gives no advice."""
        return with_min_variants({name: field.initial for name, field in FIELDS.items()} | {"variants": []})

    def fields(self) -> Iterator[Any]:
        """The fields outside the variants, in the order of the sections."""
        return (self[name] for section in SECTIONS for name in section.fields)

    def leaf_fields(self) -> Iterator[Any]:
        """Every field that can have errors, those of the variants too, in the order of the page."""
        for section in SECTIONS:
            if section.name == "variants":
                yield self.variants
                for variant in self.variants:
                    yield from variant.form
            yield from (self[name] for name in section.fields)

    def validate(self, extra_validators: Any = None) -> bool:
        self.other_errors = ()
        super().validate(extra_validators)
        self._check_contextual()
        self._check_variant_names()
        self._check_sizes()
        self._add_type_errors()
        return not self.error_list()

    def _check_contextual(self) -> None:
        if not self.isContextual.data:
            for field in self.fields():
                if field.contextual_only and field.data is not None:
                    field.errors = [CONTEXTUAL_ONLY]

    def _check_variant_names(self) -> None:
        first: dict[str, int] = {}
        for row, variant in enumerate(self.variants.entries[:MAX_VARIANTS]):
            name = variant.form.name
            if name.data and first.setdefault(name.data, row) != row:
                name.errors = [f"Variant {first[name.data] + 1} has this name too. Enter another name"]

    def _check_sizes(self) -> None:
        sizes = [variant.form.size for variant in self.variants.entries[:MAX_VARIANTS]]
        if all(size.data == 0 for size in sizes):
            for size in sizes:
                size.errors = [ALL_SIZES_ZERO]

    @property
    def form_data(self) -> FormData:
        """What was typed, as it is stored: a text for each field, and a list of variants."""
        form_data: FormData = {field.name: field.typed for field in self.fields()}
        return form_data | {"variants": [variant.form.form_data for variant in self.variants]}

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was typed or chosen: as an empty form begins, with any number of empty variants."""
        initial = all(field.typed.strip() in ("", field.initial) for field in self.fields())
        variants = self.form_data["variants"]
        return initial and not any(text.strip() for variant in variants for text in variant.values())

    def body(self) -> dict[str, Any]:
        """The request body of a valid form, in the order of the fields above: what was left blank is absent."""
        body: dict[str, Any] = {
            "name": self.name.data,
            "variants": [variant.form.body() for variant in self.variants],
        }
        body |= {field.name: field.data for field in self if field.name in FIELDS and field.data is not None}
        if not self.isContextual.data:
            body.pop("isContextual", None)
        if self.attributionWindowUnit.data:
            body["attributionWindow"] = bare_number(self.attributionWindow.data)
        return body

    def display_value(self, name: str) -> str:
        """What was typed or chosen, in words; blank if nothing was. The attribution window includes its unit."""
        field: Any = self[name]
        if name == "attributionWindow":
            return self._window_words()
        choice = field.choice if isinstance(field, ChoiceField) else None
        return choice.label if choice else field.typed.strip()

    def _window_words(self) -> str:
        typed, unit = self.attributionWindow.typed.strip(), self.attributionWindowUnit.typed
        window = find_choice(ATTRIBUTION_WINDOWS, typed)
        if window is None or (unit and find_choice(ATTRIBUTION_UNITS, unit) is None):
            return f"{typed} {unit}".strip()
        return window_words(window.text, unit or None)


# What is known of each field, whatever is typed into it.
FIELDS: dict[str, Any] = {field.name: field for field in AutotuneForm().fields()}
WINDOW, UNIT = "attributionWindow", "attributionWindowUnit"  # one field for people
VARIANT_FIELDS: dict[str, Any] = {field.name: field for field in VariantForm()}
CONTEXTUAL_FIELDS = tuple(name for name, field in FIELDS.items() if field.contextual_only)
