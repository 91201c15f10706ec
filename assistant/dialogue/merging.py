"""What an update makes of a field's old value: set, joined, moved by a step or a multiple, taken away."""

from __future__ import annotations

from typing import Any

from assistant.dialogue.reading import Update
from assistant.dialogue.state import Slot, to_json
from assistant.rules.requirements import FieldName

_COUNTS: frozenset[FieldName] = frozenset({"users", "groups", "concurrency"})


def _moved(update: Update, old: Any) -> Any:
    """A figure after a step or a multiple; what was no figure stays, and nothing falls below zero."""

    def moved(end: float) -> float:
        return _whole_number(end * update.value if update.mode == "times" else max(end + update.value, 0), update.field)

    if isinstance(old, dict):
        return {side: moved(end) for side, end in old.items()}
    if old is None:
        # Nothing to move: a step up from nothing is the figure itself.
        return update.value if update.mode == "add" and update.value > 0 else None
    return moved(old) or None


def _whole_number(value: float, field: FieldName) -> float:
    return round(value) if field in _COUNTS else value


def _removed(update: Update, entry: Any) -> bool:
    """Whether an entry of a list is among those taken away; of a model, all that is said of it must fit."""
    if update.field == "models":
        specs = [to_json(spec) for spec in update.value]
        return any(spec and all(entry.get(part) == told for part, told in spec.items()) for spec in specs)
    return (entry["kind"] if isinstance(entry, dict) else entry) in update.value


def _merged(old: list[dict[str, Any]], new: list[dict[str, Any]], key: str | None) -> list[dict[str, Any]]:
    """Lists join: an entry with the same key is replaced in place, others are appended."""
    result = list(old)
    for entry in new:
        same = next((i for i, e in enumerate(result) if e.get(key) == entry.get(key)), None) if key else None
        if same is not None:
            result[same] = {**result[same], **entry}
        elif entry not in result:
            result.append(entry)
    return result


def value_after(update: Update, old: Slot | None) -> Any:
    """The field's new JSON value, or None when nothing is left of it."""
    if update.mode == "withdraw":
        return None
    if update.mode == "remove":
        known = old.value if old else []
        return [entry for entry in known if not _removed(update, entry)] or None
    new = to_json(update.value)
    if update.mode == "times" or (update.mode == "add" and isinstance(new, int | float)):
        return _moved(update, old.value if old else None)
    if update.mode == "add" and old is not None:
        if isinstance(new, dict):
            return {**old.value, **new}
        known = old.value
        if update.field == "workloads":
            new = [_of_known(entry, known) for entry in new]
        if update.minor and not any(entry.get("primary") for entry in known):
            # Beside occasional work, what was known before is the main one.
            fresh = {entry["kind"] for entry in new}
            known = [entry if entry["kind"] in fresh else {**entry, "primary": True} for entry in known]
        joined = _merged(known, new, "kind" if update.field == "workloads" else None)
        return _whole(joined, new) if update.field == "workloads" else joined
    return new


def _of_known(entry: dict[str, Any], known: list[dict[str, Any]]) -> dict[str, Any]:
    """The share of "training" where fine-tuning is all that is trained is that of the fine-tuning."""
    kinds = {other["kind"] for other in known}
    trained = entry["kind"] == "training" and "finetune" in kinds and "training" not in kinds
    return {**entry, "kind": "finetune"} if trained and entry.get("share") is not None else entry


def _whole(joined: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Shares are parts of one whole: where new ones push the sum over it, the old ones no longer hold. A kind newly
    called the main one is the only one."""
    if main := {entry["kind"] for entry in new if entry.get("primary")}:
        joined = [e if e["kind"] in main else {k: v for k, v in e.items() if k != "primary"} for e in joined]
    if sum(entry.get("share") or 0 for entry in joined) <= 100:
        return joined
    fresh = {entry["kind"] for entry in new}
    return [e if e["kind"] in fresh else {k: v for k, v in e.items() if k != "share"} for e in joined]
