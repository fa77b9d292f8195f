"""The members of Create Autotune, each written once: what it is called, what it is for, what it may be.

The order is the form's, the read-back page's and the request's.
"""

import re
from dataclasses import dataclass

from .choices import (
    ATTRIBUTION_UNITS,
    ATTRIBUTION_WINDOWS,
    DIRECTIONS,
    EXPLORATION_WINDOWS,
    KINDS,
    OPTIMIZATION_PARAMETERS,
    WINNER_THRESHOLDS,
    Choice,
)

MIN_VARIANTS = 2
MAX_VARIANTS = 100  # Statsig states no maximum; this one is the form's
MAX_LINE = 1_000  # characters; ours, so that one field cannot fill the database
MAX_TEXT = 10_000
MAX_JSON = 100_000
SMALLEST_SHARE, LARGEST_SHARE = 0.001, 1


@dataclass(frozen=True)
class Field:
    """One member of the request body, or of a variant.

    `kind` is how it is typed: `line`, `text` (several lines), `lines` (one value a line), `number`, `share`
    (a number from 0.001 to 1), `choice`, `radio`, `json`. `blank` is what Statsig does when it is left out;
    `start` is what an empty form begins with. `boolean` members are choices between true and false.
    """

    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    missing: str = ""
    blank: str = ""
    start: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    boolean: bool = False
    contextual_only: bool = False

    @property
    def required(self) -> bool:
        return bool(self.missing)

    @property
    def title(self) -> str:
        """The label where nothing is asked: in messages, in the history, when read back."""
        return self.label.removesuffix(" (optional)")

    @property
    def attribute(self) -> str:
        """The name in Python: `metricSourceID` is `metric_source_id`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name).lower()


@dataclass(frozen=True)
class Part:
    """A section of the form. `shown` names when it matters: `always`, `contextual` or `filled`."""

    name: str
    title: str
    intro: str
    fields: tuple[Field, ...]
    shown: str = "always"


VARIANT_FIELDS = (
    Field(
        "name",
        "Name",
        hint="How you tell it from the others.",
        missing="Enter a name for this variant",
        example="red",
    ),
    Field(
        "size",
        "Size (optional)",
        "number",
        hint="Usually left blank. Statsig doesn’t document this; we assume percentages.",
        blank="Statsig splits equally",
    ),
    Field(
        "json",
        "JSON",
        "json",
        hint="What your code receives when this variant is served.",
        missing='Enter the JSON that this variant serves, such as {"color": "red"}',
        example='{"color": "red"}',
    ),
)

ABOUT = Part(
    "about",
    "What is it?",
    "",
    (
        Field(
            "name",
            "Name",
            hint="It cannot be changed once the autotune exists.",
            missing="Enter a name",
            example="Button Color Test",
        ),
        Field(
            "description",
            "Description (optional)",
            "text",
            hint="What this autotune is being used for, in a sentence or two.",
        ),
        Field(
            "goalRichText",
            "Goal (optional)",
            "text",
            hint="What you hope to reach.",
        ),
    ),
)

VARIANTS = Part("variants", "Variants", "What Statsig chooses between: at least two.", ())

SUCCESS = Part(
    "success",
    "What counts as success?",
    "",
    (
        Field(
            "successEvent",
            "Success event",
            hint="The event to get more of, spelled exactly as your product logs it.",
            missing="Enter the success event",
            example="add_to_cart",
        ),
        Field(
            "successEventValue",
            "Success event value (optional)",
            hint="Only events that carry this value count.",
            blank="every value counts",
        ),
    ),
)

WINDOWS = Part(
    "windows",
    "How long to explore, when to stop",
    "",
    (
        Field(
            "explorationWindow",
            "Exploration window",
            "choice",
            hint="At first traffic is split equally for this long.",
            missing="Choose an exploration window",
            start="168hr",
            choices=EXPLORATION_WINDOWS,
        ),
        Field(
            "attributionWindow",
            "Attribution window",
            "choice",
            hint="A success counts if it comes within this time of seeing the variant.",
            missing="Choose an attribution window",
            start="1hr",
            choices=ATTRIBUTION_WINDOWS,
        ),
        Field(
            "attributionWindowUnit",
            "Attribution window unit (optional)",
            "choice",
            hint="Left blank: hours. That Statsig reads the number in this unit is an inference.",
            blank="hours",
            choices=ATTRIBUTION_UNITS,
        ),
        Field(
            "winnerThreshold",
            "Winner threshold",
            "choice",
            hint="A variant wins, and gets all traffic, once it is this likely to be the best.",
            missing="Choose a winner threshold",
            start="95%",
            choices=WINNER_THRESHOLDS,
        ),
    ),
)

KIND = Part(
    "kind",
    "Classic or contextual?",
    "",
    (
        Field(
            "isContextual",
            "Kind of autotune",
            "radio",
            blank="classic",
            start="false",
            choices=KINDS,
            boolean=True,
        ),
    ),
)

CONTEXTUAL = Part(
    "contextual",
    "Contextual settings",
    "How a contextual autotune learns, and from what.",
    (
        Field(
            "explorationWindowRate",
            "Exploration window rate (optional)",
            "share",
            hint="From 0.001, which uses what has been learned, to 1, which tries things out.",
            blank="Statsig’s console starts from 0.5",
            example="0.5",
            contextual_only=True,
        ),
        Field(
            "longtermExplorationAllocation",
            "Long-term exploration allocation (optional)",
            "share",
            hint="The share of traffic that stays random, from 0.001 to 1.",
            blank="Statsig’s console starts from 0.1",
            example="0.1",
            contextual_only=True,
        ),
        Field(
            "featureList",
            "Feature list (optional)",
            "lines",
            hint="The user attributes to learn from, one per line.",
            blank="Statsig learns from every attribute",
            contextual_only=True,
        ),
        Field(
            "metadataField",
            "Metadata field (optional)",
            hint="The number in the event’s metadata to push up or down.",
            blank="Statsig goes by whether the success event follows",
            contextual_only=True,
        ),
        Field(
            "higherIsBetter",
            "Which way is better? (optional)",
            "choice",
            hint="For the metadata field.",
            blank="Statsig takes higher as better",
            choices=DIRECTIONS,
            boolean=True,
            contextual_only=True,
        ),
    ),
    shown="contextual",
)

WAREHOUSE = Part(
    "warehouse",
    "Warehouse settings",
    "Only for companies that run Statsig on their own data warehouse.",
    (
        Field(
            "metricSourceID",
            "Metric source ID (optional)",
            hint="Where success events are read from. Probably the metric source’s name.",
            blank="we assume that Statsig takes the logged events",
        ),
        Field(
            "valueColumn",
            "Value column (optional)",
            hint="The column of the metric source to optimize for.",
        ),
    ),
    shown="filled",
)

OTHER = Part(
    "other",
    "Other settings",
    "",
    (
        Field(
            "optimizationParameter",
            "Optimization parameter (optional)",
            "choice",
            hint="Whether an event counts by occurring, or by its value.",
            blank="we assume that Statsig goes by whether the event occurs",
            choices=OPTIMIZATION_PARAMETERS,
        ),
        Field(
            "linkedExperimentName",
            "Linked experiment (optional)",
            hint="The experiment that measures how well the autotune does.",
        ),
        Field(
            "idType",
            "ID type (optional)",
            hint="userID, stableID or a custom ID. It cannot be changed later.",
            blank="Statsig takes userID",
            example="userID",
        ),
    ),
    shown="filled",
)

PARTS = (ABOUT, VARIANTS, SUCCESS, WINDOWS, KIND, CONTEXTUAL, WAREHOUSE, OTHER)
FIELDS = tuple(field for part in PARTS for field in part.fields)
FIELD = {field.name: field for field in FIELDS}
VARIANT_FIELD = {field.name: field for field in VARIANT_FIELDS}
CONTEXTUAL_ONLY = tuple(field.name for field in FIELDS if field.contextual_only)
