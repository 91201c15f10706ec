"""The checklist beside the chat: an editor for each field, with how its value came to be known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from assistant.agent.reply import Language, StatedValue
from assistant.rules.requirements import FieldName
from ui.fields import FIELDS, GROUPS, Field, option_label, plain, shown
from ui.labels import has, say

Requirements = Mapping[FieldName, StatedValue]
Update = dict[str, Any]
# Groups that are open from the start.
_OPEN = ("group_decide", "group_size")
# Below this many characters two editors fit beside each other.
_WORDS_SHOWN = 60


class ChecklistPanel:
    """Builds the editors inside the current layout. `label` names a field in a language."""

    def __init__(self, label: Any, language: Language) -> None:
        self._label = label
        self.editors: dict[str, Any] = {}
        self.groups: dict[str, Any] = {}
        self.title = gr.HTML(self._title(language), elem_classes="list-title")
        for key, fields in GROUPS:
            with gr.Accordion(say(key, language), open=key in _OPEN, elem_classes="group") as group:
                self.groups[key] = group
                for field in fields:
                    self.editors[field.key] = self._editor(field, language)
                if key == "group_who":
                    self.note = gr.HTML(_note(language))

    @property
    def components(self) -> list[Any]:
        """Everything that `update` and `relabel` change."""
        return list(self.editors.values())

    @property
    def labelled(self) -> list[Any]:
        """What only the language changes."""
        return [self.title, *self.groups.values(), self.note]

    def values(self, requirements: Requirements, language: Language) -> dict[Any, Update]:
        """Editor updates that show these requirements, labels included."""
        return {self.editors[field.key]: self._update(field, requirements, language) for field in FIELDS}

    def labels(self, language: Language) -> dict[Any, Any]:
        """Updates of headings and notes."""
        headings: dict[Any, Any] = {group: gr.update(label=say(key, language)) for key, group in self.groups.items()}
        return {**headings, self.title: self._title(language), self.note: _note(language)}

    def keys_of(self, names: frozenset[str]) -> list[str]:
        """The editors of some fields."""
        return [field.key for field in FIELDS if field.name in names]

    def refused(self, field: Field, requirements: Requirements, language: Language, problem: str) -> dict[Any, Update]:
        """The old value again, with what was wrong with the new one."""
        update = self._update(field, requirements, language)
        update |= {"info": f"⚠ {problem}", "elem_classes": [*update["elem_classes"], "bad"]}
        return {self.editors[field.key]: update}

    def _title(self, language: Language) -> str:
        return f"<h2>{say('list', language)}</h2><p>{say('list_hint', language)}</p>"

    def name(self, field: Field, language: Language) -> str:
        """What the editor is called."""
        return say(f"facility.{field.part}", language) if field.part else str(self._label(field.name, language))

    def _choices(self, field: Field, language: Language) -> list[tuple[str, str]]:
        if field.editor == "flag":
            return [(say("yes", language), "yes"), (say("no", language), "no"), (say("unknown", language), "")]
        options = [(option_label(field, option, language), option) for option in field.options]
        return options if field.editor == "kinds" else [*options, (say("unknown", language), "")]

    def _editor(self, field: Field, language: Language) -> Any:
        name, classes = self.name(field, language), ["field", f"field-{field.name}"]
        if field.editor in ("kinds", "choice", "flag"):
            several = field.editor == "kinds"
            return gr.Dropdown(
                self._choices(field, language),
                value=[] if several else "",
                multiselect=several,
                label=name,
                elem_id=f"field-{field.key.replace('.', '-')}",
                elem_classes=classes,
                filterable=several,
                min_width=120,
            )
        return gr.Textbox(
            value="",
            label=name,
            placeholder=self._hint(field, language),
            elem_id=f"field-{field.key.replace('.', '-')}",
            elem_classes=classes,
            max_lines=1,
            max_length=400,
            min_width=120,
        )

    def _hint(self, field: Field, language: Language) -> str:
        if field.part and field.editor == "figure":
            return say("hint.number", language)
        return say(f"hint.{field.name}", language) if has(f"hint.{field.name}") else say("unknown", language)

    def _update(self, field: Field, requirements: Requirements, language: Language) -> Update:
        stated = requirements.get(field.name)
        value = shown(field, stated.value, language) if stated else shown(field, None, language)
        known = value not in (None, "", [])
        update: Update = {
            "value": value if value is not None else "",
            "label": self.name(field, language),
            "info": _origin(stated, language) if stated and known else "",
            "elem_classes": ["field", f"field-{field.name}", stated.source if stated and known else "open"],
        }
        if field.editor in ("kinds", "choice", "flag"):
            update["choices"] = self._choices(field, language)
        else:
            update["placeholder"] = self._hint(field, language)
        return dict(gr.update(**update))


def _origin(stated: StatedValue, language: Language) -> str:
    """How the value is known, and the words it came from."""
    origin = say(stated.source, language)
    words = " ".join(stated.evidence.split())
    if not words or stated.source == "edited":
        return origin
    short = words if len(words) <= _WORDS_SHOWN else words[: _WORDS_SHOWN - 1] + "…"
    # The component escapes HTML but reads emphasis, code and links: an invisible joint makes them the words they are.
    literal = re.sub(r"([*_`~\[\]])", "\\1\N{WORD JOINER}", short)
    return f"{origin} {say('quoted', language, words=literal)}"


def _note(language: Language) -> str:
    return f'<p class="hint">{say("contact_note", language)}</p>'


def merged(field: Field, value: Any, requirements: Requirements) -> Any:
    """The field's whole new value: one part of the machine room changed, kinds of work with what else was said of them
    (share, method), models with the context that no editor shows."""
    stated = requirements.get(field.name)
    old = plain(stated.value) if stated else None
    if field.part:
        parts = {**(old if isinstance(old, dict) else {}), field.part: value}
        return {key: part for key, part in parts.items() if part is not None} or None
    if not isinstance(old, list) or not value:
        return value
    known = [item for item in old if isinstance(item, dict)]
    if field.editor == "kinds":
        # The same kind may stand twice, by two methods; the editor shows it once.
        return [own for item in value for own in [k for k in known if k["kind"] == item["kind"]] or [item]]
    if field.editor == "models":
        return [{**_context(item, known), **item} for item in value]
    return value


def _context(model: dict[str, Any], known: Sequence[dict[str, Any]]) -> dict[str, Any]:
    same = [old for old in known if {k: v for k, v in old.items() if k != "context"} == model]
    return {"context": same[0]["context"]} if same and "context" in same[0] else {}
