"""Bodies of the HTTP interface that are not already a model of the library; the examples are run by a test."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from assistant.agent.reply import Suggestion
from assistant.knowledge.passage import Passage
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.sizing import SizingRequest
from assistant.store.feedback import DOWN, LONGEST_COMMENT, UP
from ui.fields import FIELDS, plain

Language = Literal["zh", "en"]
# Where a requirement may be true or false; anywhere else a boolean would pass for the number 1 or 0.
_FLAGS = frozenset({"primary", *(field.name for field in FIELDS if field.editor == "flag")})

CHAT_EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "一段新对话",
        "value": {"message": "20人的课题组做多模态训练，预算150万，选哪款？", "language": "zh"},
    },
    "en": {
        "summary": "A new conversation",
        "value": {"message": "What fits a 20-person lab doing multimodal work?", "language": "en"},
    },
    "quick reply": {
        "summary": "A chosen quick reply sets its field directly",
        "value": {
            "message": "单课题组",
            "language": "zh",
            "choice": {"text": "单课题组", "field": "sharing", "value": "single_group"},
        },
    },
}
RECOMMEND_EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "单课题组，多模态",
        "value": {"workloads": [{"kind": "multimodal"}], "users": 20, "sharing": "single_group"},
    },
    "en": {
        "summary": "An inference service for a department",
        "value": {"workloads": [{"kind": "inference"}], "scale": "department", "budget_cny": {"max": 800000}},
    },
    "method": {
        "summary": "A named model and a method: the answer carries the arithmetic of its memory",
        "value": {
            "workloads": [{"kind": "finetune", "method": "full"}],
            "models": [{"name": "Qwen2.5", "params_b": 72}],
            "sharing": "single_group",
        },
    },
}
SIZE_EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "72B 全参微调，8 张 96GB 够不够",
        "value": {"model": "qwen2.5-72b", "task": "finetune-full", "gpu": "96gb", "gpus": 8},
    },
    "en": {
        "summary": "Serving a model for twenty requests at a time",
        "value": {"model": "deepseek-r1", "task": "inference", "context": 32768, "concurrency": 20},
    },
    "by size": {
        "summary": "A model that is not known by name, on GPUs of which only the memory is known",
        "value": {"params_b": 13, "task": "qlora", "gpu": "24gb"},
    },
}
SEARCH_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "内存怎么配", "value": {"query": "训练服务器内存怎么配", "language": "zh", "limit": 3}},
    "en": {"summary": "Memory", "value": {"query": "How much memory for training?", "language": "en", "limit": 3}},
}
CHANGES_EXAMPLES: dict[str, Any] = {
    "zh": {"summary": "改人数，撤回预算", "value": {"users": 40, "budget_cny": None, "language": "zh"}},
    "en": {"summary": "Shared by a college", "value": {"sharing": "college", "language": "en"}},
}
# The placeholder is the `session_id` of a reply.
FEEDBACK_EXAMPLES: dict[str, Any] = {
    "zh": {
        "summary": "没有帮助，说明原因",
        "value": {"session_id": "{session_id}", "turn": 1, "rating": "down", "comment": "没有回答我的问题"},
    },
    "en": {"summary": "It helped", "value": {"session_id": "{session_id}", "turn": 1, "rating": "up"}},
    "scale": {"summary": "On the scale from 1 to 5", "value": {"session_id": "{session_id}", "turn": 1, "rating": 4}},
}


_NOTHING = object()


def _booleans_out(value: Any, key: str = "") -> Any:
    """The value with each boolean that stands where none belongs made into something that no field accepts."""
    if isinstance(value, bool):
        return value if key in _FLAGS else _NOTHING
    if isinstance(value, dict):
        return {name: _booleans_out(item, name) for name, item in value.items()}
    return [_booleans_out(item, key) for item in value] if isinstance(value, list) else value


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChatRequest(_Body):
    """One message. Without `session_id` a conversation begins; without `language` the message's own is used."""

    message: str
    session_id: str | None = Field(None, max_length=200)
    language: Language | None = None
    choice: Suggestion | None = Field(None, description="The quick reply that was chosen, as it was offered.")

    @field_validator("choice")
    @classmethod
    def _no_boolean(cls, choice: Suggestion | None) -> Suggestion | None:
        if choice is not None and choice.field is not None and _booleans_out(choice.value, choice.field) is _NOTHING:
            raise PydanticCustomError("float_type", "must be a number")
        return choice


def _on_the_scale(value: Any) -> Any:
    """A rating, or one error for both ways of giving it; true is no 1."""
    if value in ("up", "down") or (type(value) is int and DOWN <= value <= UP):
        return value
    raise PydanticCustomError("rating", 'must be a whole number from 1 to 5, "up" or "down"')


Rating = Annotated[
    Annotated[int, Field(ge=DOWN, le=UP)] | Literal["up", "down"],
    BeforeValidator(_on_the_scale),
    Field(description='1 (not helpful) to 5 (helpful); "down" is kept as 1, "up" as 5.'),
]
# The advisor itself refuses what is longer, and says by how much.
Comment = Annotated[str, WithJsonSchema({"type": "string", "maxLength": LONGEST_COMMENT})]


class FeedbackRequest(_Body):
    """What the visitor thinks of one answer. It replaces what they thought before, the comment included."""

    session_id: str = Field(max_length=200)
    turn: StrictInt = Field(ge=1, lt=2**31, description="The `turn` of the reply.")
    rating: Rating
    comment: Comment | None = Field(None, description="What was wrong, or right.")

    @property
    def scale(self) -> int:
        """The rating as a number."""
        return self.rating if isinstance(self.rating, int) else UP if self.rating == "up" else DOWN


class FeedbackResponse(BaseModel):
    """What is kept."""

    session_id: str
    turn: int
    rating: int = Field(ge=DOWN, le=UP)
    comment: str | None
    created_at: datetime
    updated_at: datetime


class SearchRequest(_Body):
    """A question to the material alone: nothing is stored and nothing decided."""

    query: str = Field(min_length=1, max_length=2000)
    limit: int = Field(5, ge=1, le=20)
    language: Language | None = None


class SizeRequest(SizingRequest):
    """A model by name or by `params_b` (billions), a task, and the rest where known; the answer names its defaults.

    `gpu` is a class of the whitepaper ("96gb"), a GPU ("h200-sxm") or a memory size ("80gb"), `gpus` a number of them
    to judge."""

    # "8" and true are no numbers here.
    model_config = ConfigDict(strict=True, title="SizingRequest")


class Found(Passage):
    """A passage with the address of the page that shows it in its document."""

    url: str


class SearchResponse(BaseModel):
    """Passages best first; `covered` is false when the material does not speak of the question."""

    passages: list[Found]
    covered: bool


class Needs(Requirements):
    """The requirements as they come over HTTP: a boolean is no number."""

    model_config = ConfigDict(title="Requirements")

    @model_validator(mode="before")
    @classmethod
    def _no_booleans(cls, data: Any) -> Any:
        return _booleans_out(data) if isinstance(data, dict) else data


class Changes(Needs):
    """Some fields of the checklist. What is left out stays; null withdraws a value."""

    model_config = ConfigDict(title="Changes")

    inferred: SkipJsonSchema[tuple[FieldName, ...]] = ()
    language: Language | None = None

    @model_validator(mode="before")
    @classmethod
    def _withdrawn(cls, data: Any) -> Any:
        """Null empties a list field too; which fields are inferred is not a caller's to say."""
        if not isinstance(data, dict):
            return data
        if "inferred" in data:
            raise ValueError("`inferred` can't be set")
        lists = ("workloads", "models", "software")
        return {key: () if key in lists and value is None else value for key, value in data.items()}

    def values(self) -> dict[FieldName, Any]:
        """Each given field with its JSON value; None for a withdrawn one."""
        given = {name for name in self.model_fields_set if name != "language"}
        return {name: plain(getattr(self, name)) or _falsy(getattr(self, name)) for name in given}  # type: ignore[misc]


def _falsy(value: Any) -> Any:
    """Zero and false are values; an empty list is a withdrawal."""
    return value if value is False or (value is not None and value == 0) else None


class Status(BaseModel):
    """Liveness or readiness."""

    status: Literal["ok", "ready"]
