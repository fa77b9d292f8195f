"""The sections of the form, in the order of the page, of the review and of the errors."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the page. A folded one is open only where something in it is filled in or wrong.

    `blank` is what its title says then.
    """

    name: str
    title: str
    fields: tuple[str, ...]
    folded: bool = False
    blank: str = ""
    intro: str = ""


SECTIONS = (
    Section("kind", "Type", ("isContextual",)),
    Section("basics", "Basics", ("name", "successEvent")),
    Section("variants", "Variants", ()),
    Section(
        "timing",
        "Timing",
        ("explorationWindow", "attributionWindow", "attributionWindowUnit", "winnerThreshold"),
    ),
    Section(
        "contextual",
        "Contextual settings",
        ("explorationWindowRate", "longtermExplorationAllocation", "featureList", "metadataField", "higherIsBetter"),
        folded=True,
        blank="at their defaults",
        intro="How a contextual autotune learns, and from what.",
    ),
    Section("purpose", "Description and goal", ("description", "goalRichText"), folded=True, blank="empty"),
    Section(
        "warehouse",
        "Warehouse",
        ("metricSourceID", "valueColumn"),
        folded=True,
        blank="not used",
        intro="Only for companies that run Statsig on their own data warehouse.",
    ),
    Section(
        "advanced",
        "Advanced",
        ("successEventValue", "optimizationParameter", "linkedExperimentName", "idType"),
        folded=True,
        blank="ID type, linked experiment, optimization: at their defaults",
    ),
)
