"""What a buyer needs: the checklist of whitepaper sections 09 and 10 as a frozen, typed model."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

WorkloadKind = Literal[
    "inference",
    "rag",
    "knowledge_base",
    "api_service",
    "rendering",
    "transcoding",
    "cae",
    "graphics",
    "finetune",
    "training",
    "vision",
    "multimodal",
    "science",
    "research_platform",
    "storage",
    "backup",
]
Sharing = Literal["single_group", "multi_group", "college", "department", "company"]
Scale = Literal["pilot", "department", "high_throughput"]
Interconnect = Literal["standard", "high"]
Method = Literal["full", "lora", "qlora"]

FieldName = Literal[
    "workloads",
    "models",
    "software",
    "data_tb",
    "users",
    "groups",
    "sharing",
    "scale",
    "concurrency",
    "interconnect",
    "multi_node",
    "rack_scale",
    "budget_cny",
    "tax_included",
    "stamped_quote",
    "ops_included",
    "facility",
    "purchase_by",
    "delivery",
    "want_alternative",
    "organisation",
    "department",
    "contact",
]
FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
WORKLOAD_KINDS: tuple[WorkloadKind, ...] = get_args(WorkloadKind)

# A ceiling that no honest figure reaches and no overflow survives.
_CEILING = 1e15


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Range(_Frozen):
    """A figure known only within bounds: "at least", "at most", "100-200", 百万级.

    Raises `ValidationError` when both ends are missing or `min` exceeds `max`.
    """

    min: float | None = Field(default=None, ge=0, le=_CEILING)
    max: float | None = Field(default=None, ge=0, le=_CEILING)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a range needs `min`, `max` or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` must not exceed `max`")
        return self


Amount = Annotated[float, Field(ge=0, le=_CEILING)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Workload(_Frozen):
    """One kind of work; `share` is its part of the whole in percent (section 04.1), `primary` marks the main one.

    `method` says how a model is fine-tuned or trained, which decides the memory (meeting point 13); None: not said.
    """

    kind: WorkloadKind
    share: float | None = Field(default=None, ge=0, le=100)
    primary: bool = False
    method: Method | None = None


class ModelSpec(_Frozen):
    """A model that the buyer runs or trains; `params_b` in billions of parameters, `context` in tokens."""

    name: str | None = Field(default=None, max_length=80)
    params_b: float | None = Field(default=None, gt=0, le=1_000_000)
    quantisation: str | None = Field(default=None, max_length=20)
    context: int | None = Field(default=None, gt=0, le=100_000_000)


class Facility(_Frozen):
    """The machine room (section 04.5); units are in the names."""

    rack_depth_mm: Amount | None = None
    rack_power_kw: Amount | None = None
    pdu: str | None = Field(default=None, max_length=200)
    cooling: Literal["air", "liquid"] | None = None
    floor_load_kg_m2: Amount | None = None
    noise_limit: str | None = Field(default=None, max_length=200)
    remote_management: str | None = Field(default=None, max_length=200)
    network_gbe: Amount | None = None
    shared_storage: str | None = Field(default=None, max_length=200)


class DateWindow(_Frozen):
    """A span of ISO dates; either end may be open."""

    from_: str | None = Field(default=None, alias="from", pattern=r"^\d{4}-\d{2}-\d{2}$")
    to: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


ShortText = Annotated[str, Field(max_length=400)]


class Requirements(_Frozen):
    """The checklist. `None` means "not known", which is never the same as false.

    `inferred` names fields whose value is a reading of the words rather than a statement ("lab" suggests one
    group): such a value counts, keeps the decision provisional and stays worth asking about.
    """

    workloads: tuple[Workload, ...] = ()
    models: tuple[ModelSpec, ...] = ()
    software: tuple[ShortText, ...] = ()
    data_tb: Amount | Range | None = None
    users: Count | Range | None = None
    groups: Count | Range | None = None
    sharing: Sharing | None = None
    scale: Scale | None = None
    concurrency: Count | Range | None = None
    interconnect: Interconnect | None = None
    multi_node: bool | None = None
    rack_scale: bool | None = None
    budget_cny: Amount | Range | None = None
    tax_included: bool | None = None
    stamped_quote: bool | None = None
    ops_included: bool | None = None
    facility: Facility | None = None
    purchase_by: DateWindow | None = None
    delivery: ShortText | None = None
    want_alternative: bool | None = None
    organisation: ShortText | None = None
    department: ShortText | None = None
    contact: ShortText | None = None
    inferred: tuple[FieldName, ...] = ()

    def known(self, field: FieldName) -> bool:
        """Whether the field holds a value; an empty list holds none."""
        return getattr(self, field) not in (None, ())

    def stated(self, field: FieldName) -> bool:
        """Whether the field holds a value that was said rather than inferred."""
        return self.known(field) and field not in self.inferred

    def replace(self, **changes: Any) -> Requirements:
        """A validated copy with some fields changed; raises `ValidationError` on a bad value."""
        return Requirements.model_validate({**dict(self), **changes})


def bounds(value: float | Range | None) -> tuple[float | None, float | None]:
    """Lower and upper end of a figure; both None when it is unknown."""
    if isinstance(value, Range):
        return value.min, value.max
    return value, value
