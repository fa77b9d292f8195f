"""What Statsig has, as the form suggests it: events, metric sources, experiments and ID types of a project."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ..contract.characters import compare_key
from ..contract.form_data import FormData
from ..contract.ids import expected_id, id_is_certain
from ..statsig import Project
from ..statsig.catalog import CATALOG
from ..store.derived import parameters, parameters_of
from .cached_reads import CachedValue
from .live import LIST, list_reads
from .services import Services

INTERVAL = 900.0  # seconds between two reads
MAX_SUGGESTIONS = 8
MAX_SIMILAR = 20
MAX_TRAFFIC = 2  # experiments

# The fields with suggestions, and the reads that have them.
SOURCES = {
    "successEvent": ("metric_events", "recent_events"),
    "metricSourceID": ("metric_sources",),
    "valueColumn": ("metric_sources",),
    "linkedExperimentName": ("experiments",),
    "idType": ("unit_id_types",),
}


class Suggestion(NamedTuple):
    value: str
    note: str


class SimilarInStatsig(NamedTuple):
    """An autotune in Statsig, and what it has in common with the form."""

    id: str
    name: str
    state: str
    same_event: bool
    same_parameters: bool


def load_catalog(
    services: Services, session: Session, project: Project, form_data: FormData, fields: Iterable[str]
) -> "Catalog":
    """What is known about these fields of a form. What is too old is read again in the background."""
    services.cached_reads.refresh(session, project, CATALOG | list_reads(services, project), INTERVAL)
    names = {"company", *(name for field in fields for name in SOURCES[field])}
    if form_data["name"].strip() or form_data["successEvent"].strip():
        names.add(LIST)  # it may be long
    reads = services.cached_reads.values(session, project.name, names)
    return Catalog(reads, form_data, services.policy.allowed_events)


@dataclass(frozen=True)
class Catalog:
    """What was read from Statsig, and what the form holds: the columns are those of its metric source.

    `allowed_events`: the policy's, empty if it allows all.
    """

    reads: Mapping[str, CachedValue]
    form_data: FormData
    allowed_events: tuple[str, ...] = ()

    def typed(self, field: str) -> str:
        return str(self.form_data[field]).strip()

    def entries(self, field: str) -> dict[str, str]:
        """All that is known for a field: a note by value."""
        notes: dict[str, str] = {}
        for item in self._items(SOURCES[field]):
            if field != "valueColumn":
                notes.setdefault(item["name"], item["note"])
            elif item["name"] == self.typed("metricSourceID"):
                notes |= dict.fromkeys(item["columns"], "")
        return notes

    def _items(self, names: Collection[str]) -> Iterator[dict[str, Any]]:
        for read in self._read(names):
            yield from read.value["items"]

    def _read(self, names: Collection[str]) -> list[CachedValue]:
        return [read for name, read in self.reads.items() if name in names and read.value]

    def suggestions(self, field: str) -> list[Suggestion]:
        """Those that contain what was typed; first those that begin with it."""
        typed = compare_key(self.typed(field))
        matching = [(value, note) for value, note in self._suggested(field).items() if typed in compare_key(value)]
        ordered = sorted(matching, key=lambda entry: (not compare_key(entry[0]).startswith(typed), entry[0].lower()))
        return [Suggestion(*entry) for entry in ordered[:MAX_SUGGESTIONS]]

    def _suggested(self, field: str) -> dict[str, str]:
        entries = self.entries(field)
        if field == "successEvent" and self.allowed_events:
            return {event: entries.get(event, "") for event in self.allowed_events}
        return entries

    def fetched_at(self, field: str) -> float:
        """When the older of its lists was read; 0 if none was."""
        return min((read.fetched_at for read in self._read(SOURCES[field]) if read.fetched_at), default=0.0)

    @property
    def counted_event(self) -> str:
        """The success event, if Statsig lists it and so may have counts."""
        return self.typed("successEvent") if self.is_known("successEvent") else ""

    def is_known(self, field: str) -> bool:
        return self.typed(field) in self.entries(field)

    def is_unknown(self, field: str) -> bool:
        """Whether it holds a value that Statsig does not list, as far as its lists were read completely."""
        complete = all(read.value["is_complete"] for read in self._read(SOURCES[field]))
        return bool(self.typed(field) and self.entries(field)) and complete and not self.is_known(field)

    def close_match(self, field: str) -> str:
        """What may have been meant; blank if nothing is similar."""
        values = {compare_key(value): value for value in self.entries(field)}
        return next((values[key] for key in get_close_matches(compare_key(self.typed(field)), values, n=1)), "")

    def traffic(self) -> dict[str, float]:
        """Visits a day by experiment: of the linked one, or else of the busiest ones."""
        visits = {item["name"]: item["visits"] for item in self._items(["experiments"]) if item["visits"]}
        linked = self.typed("linkedExperimentName")
        if linked in visits:
            return {linked: visits[linked]}
        busiest = sorted(visits, key=lambda name: -visits[name])[:MAX_TRAFFIC]
        return {name: visits[name] for name in busiest}

    @property
    def is_warehouse_native(self) -> bool | None:
        """None if it is not known."""
        return next((read.value["isWarehouseNative"] for read in self._read(["company"])), None)

    @property
    def same_name(self) -> dict[str, Any] | None:
        """The autotune in Statsig that has the name, or the ID that Statsig makes of it."""
        name = self.typed("name")
        autotune_id = expected_id(name) if id_is_certain(name) else None
        same = (item for item in self._items([LIST]) if _has_name(item, name, autotune_id))
        return next(same, None) if name else None

    def similar(self) -> list[SimilarInStatsig]:
        """Autotunes with the same event or the same parameters; first those with both."""
        event, keys = self.typed("successEvent"), parameters(self.form_data)
        found = (
            SimilarInStatsig(
                item["id"],
                item["name"],
                item["state"],
                "" != event == item["event"],
                "" != keys == parameters_of(item["parameters"]),
            )
            for item in self._items([LIST])
        )
        similar = sorted(found, key=lambda one: one.same_event + one.same_parameters, reverse=True)
        return [one for one in similar if one.same_event or one.same_parameters][:MAX_SIMILAR]


def _has_name(item: dict[str, Any], name: str, autotune_id: str | None) -> bool:
    return bool(item["id"] == autotune_id or compare_key(item["name"]) == compare_key(name))
