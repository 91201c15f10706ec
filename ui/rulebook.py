"""`advisor rules`: every rule, constant and figure as a Markdown page, made from the tables and from nothing else.

docs/rules.md is this page in both languages; a test compares them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.errors import Language
from assistant.rules import arithmetic
from assistant.rules.architectures import Architecture, architecture_sources, architectures
from assistant.rules.files import read
from assistant.rules.footprint import sizing_constants
from assistant.rules.gpus import Figure, Gpu, collected, gpu_sources, gpus
from assistant.rules.site import judgements
from assistant.rules.sizing import tier_gpus
from assistant.rules.tables import Rule, checklist, constants, table
from assistant.rules.text import Source, Text
from ui import console
from ui.rule_words import condition, joined, label, result, same, table_names, word, wording

BOTH: tuple[Language, ...] = ("zh", "en")
COMMAND = "advisor rules --write docs/rules.md"
_NONE = same("–")
_LINES = {
    "G2": "G2 / G2A", "G4": "G4 / G4A", "G8": "G8 / G8A", "T4": "T4 / T4A", "T8": "T8 / T8A", "S": "S / SF",
}  # fmt: skip
_FIGURES = ("memory_gb", "reported_gib", "bandwidth_gb_s", "bf16_tflops", "fp8_tflops", "link_gb_s", "power_w")


def rules(args: argparse.Namespace) -> int:
    """Prints the page, or writes it to a file; raises `OSError` when that can't be written."""
    languages: tuple[Language, ...] = (args.language,) if args.language else BOTH
    page = markdown(languages)
    if args.write:
        Path(args.write).write_text(page, encoding="utf-8")
    else:
        console.out(page.rstrip("\n"))
    return 0


def markdown(languages: Sequence[Language] = BOTH) -> str:
    """The whole page in one language or in both."""
    return "\n\n".join(_Page(languages).blocks()) + "\n"


class _Page:
    """Puts bilingual texts on one page: side by side in tables, one after the other in running text."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self._languages = languages

    def blocks(self) -> list[str]:
        """Headings, paragraphs, tables and the diagram, in order."""
        return [
            self._heading(1, word("text", "title")),
            self._paragraph(word("text", "generated", command=f"`{COMMAND}`")),
            self._paragraph(word("text", "intro")),
            *self._how(),
            *(block for name in table_names() for block in self._table(name)),
            *self._house(),
            *self._checklist(),
            *self._room(),
            *self._sizing(),
            *self._gpus(),
            *self._models(),
            *self._sources(),
        ]

    # ---- parts of the page

    def _how(self) -> list[str]:
        rows = [
            (same(str(number)), row.label, same(", ".join(row.rules)), self._source(row.source))
            for number, row in enumerate(judgements(), 1)
        ]
        return [
            self._heading(2, word("text", "how")),
            self._paragraph(word("text", "how_steps")),
            self._heading(3, word("text", "judgements")),
            self._rows((same("#"), *self._columns("judgement", "rules", "source")), rows),
            self._heading(3, word("text", "flow")),
            self._flow(),
        ]

    def _table(self, name: str) -> list[str]:
        found = table(name)
        rows = [
            (same(rule.id), condition(rule), result(rule, name), rule.because, self._source(rule.source))
            for rule in found.rules
        ]
        return [
            self._heading(2, word("tables", name)),
            self._paragraph(word("text", "policy", policy=word("policies", found.hit_policy))),
            self._rows(self._columns("rule", "when", "then", "because", "source"), rows),
        ]

    def _house(self) -> list[str]:
        own: list[tuple[Rule, str]] = [
            (rule, name) for name in table_names() for rule in table(name).rules if rule.source.document == "house"
        ]
        tiers = read("sizing")["tier_gpus"]
        because = self._inline(Text(**tiers["because"]))
        return [
            self._heading(2, word("text", "house")),
            self._paragraph(word("text", "house_note")),
            self._list(
                f"**{rule.id}** ({self._inline(word('tables', name))}): {self._inline(rule.because)}"
                for rule, name in own
            ),
            self._heading(3, word("text", "constants")),
            self._rows(
                self._columns("name", "value", "unit", "because"),
                [
                    (same(f"`{name}`"), same(f"{row.value:,.10g}"), same(row.unit), row.because)
                    for name, row in constants().items()
                ],
            ),
            self._heading(3, word("text", "tier_gpus")),
            because,
            self._rows(
                self._columns("tier", "gpus"),
                [(word("tiers", tier), same(str(count))) for tier, count in tier_gpus().items()],
            ),
        ]

    def _checklist(self) -> list[str]:
        rows = [
            (
                same(str(number)),
                same(f"`{row.field}`"),
                row.label,
                word("text", "positive" if row.deciding else "negative"),
                self._source(row.source),
            )
            for number, row in enumerate(checklist(), 1)
        ]
        return [
            self._heading(2, word("text", "checklist")),
            self._paragraph(word("text", "checklist_note")),
            self._rows((same("#"), *self._columns("field", "label", "decides", "source")), rows),
        ]

    def _room(self) -> list[str]:
        site = read("site")
        source = self._source(Source(**site["source"]))
        rows = [(Text(**row["text"]), same(f"`{row['known']}`")) for row in site["items"]]
        return [
            self._heading(2, word("text", "room")),
            f"{self._paragraph(word('text', 'room_note'))}\n\n{self._inline(source)}",
            self._rows(self._columns("item", "field"), rows),
        ]

    def _sizing(self) -> list[str]:
        low, high = arithmetic.ADAPTER_BYTES
        figures = {
            "bytes": ", ".join(f"{name} {width:.3g}" for name, width in arithmetic.BYTES.items()),
            "zero": f"{arithmetic.STATE_BYTES['zero']:g}",
            "mixed": f"{arithmetic.STATE_BYTES['mixed']:g}",
            "state": f"{arithmetic.STATE_BYTES['zero']:g}–{arithmetic.STATE_BYTES['mixed']:g}",
            "adapter": f"{low:g}–{high:g}",
            "logits": "–".join(f"{end:g}" for end in arithmetic.LOGIT_BYTES),
            "k": "–".join(f"{end:g}" for end in arithmetic.WORKING_K),
            "checkpoint": f"{arithmetic.CHECKPOINT_BYTES:g}",
            "share": f"{sizing_constants()['inference_share'].low:.0%}",
        }
        formulas = [
            (
                Text(**row["what"]),
                same("`" + row["formula"].format(**figures) + "`"),
                Text(zh=row["note"]["zh"].format(**figures), en=row["note"]["en"].format(**figures)),
            )
            for row in wording()["formulas"]
        ]
        own = [
            (
                same(f"`{name}`"),
                word("constants", name),
                same(_span(row.low, row.high)),
                same(row.unit),
                joined(map(self._named, row.source), "、", ", "),
            )
            for name, row in sizing_constants().items()
        ]
        defaults = [(word("defaults", name), same(str(value))) for name, value in read("sizing")["defaults"].items()]
        return [
            self._heading(2, word("text", "sizing")),
            self._paragraph(word("text", "sizing_note")),
            self._heading(3, word("text", "formulas")),
            self._rows(self._columns("what", "formula", "note"), formulas),
            self._heading(3, word("text", "sizing_constants")),
            self._rows(self._columns("name", "what", "value", "unit", "source"), own),
            self._heading(3, word("text", "defaults")),
            self._rows(self._columns("what", "value"), defaults),
        ]

    def _named(self, source: str) -> Text:
        return label("house") if source == "house" else same(source)

    def _gpus(self) -> list[str]:
        heads = self._columns(
            "gpu", "class", "memory", "reported", "bandwidth", "bf16", "fp8", "link", "power", "source"
        )
        return [
            self._heading(2, word("text", "gpus")),
            self._paragraph(word("text", "gpus_note", date=collected())),
            self._rows(heads, map(_gpu, gpus())),
        ]

    def _models(self) -> list[str]:
        heads = self._columns("model", "params", "active", "layers", "hidden", "heads", "vocab", "source")
        return [
            self._heading(2, word("text", "models")),
            self._paragraph(word("text", "models_note", date=str(read("architectures")["collected"]))),
            self._rows(heads, map(_model, architectures())),
        ]

    def _sources(self) -> list[str]:
        titles = {**read("sizing")["sources"], **architecture_sources(), **gpu_sources()}
        order = sorted(titles, key=lambda name: (int("".join(filter(str.isdigit, name))), name))
        return [
            self._heading(2, word("text", "sources")),
            self._paragraph(word("text", "sources_note", date=collected())),
            self._rows((same("#"), *self._columns("source")), [(same(name), same(titles[name])) for name in order]),
        ]

    # ---- the diagram

    def _flow(self) -> str:
        def node(*keys: str, ids: str = "") -> str:
            lines = [self._drawn(word("flow", key)) for key in keys]
            return '"' + "<br/>".join([*lines, *([ids] if ids else [])]) + '"'

        def edge(key: str) -> str:
            return f"|{node(key)}|"

        def group(step: int, *lines: str) -> list[str]:
            row = judgements()[step - 1]
            return [f'  subgraph j{step}["{step} {self._inline(row.label)}"]', *(f"    {x}" for x in lines), "  end"]

        lines = [
            "flowchart TD",
            f"  begin([{node('start')}]) --> series",
            *group(
                1,
                f"series{{{{{node('series', ids='W01 W02 W05 M01–M04')}}}}}",
                f"scale{{{node('scale', ids='W06')}}}",
                f"share{{{node('share', ids='W03 W07 W08')}}}",
                f"nothing[{node('none', ids='M12')}]",
            ),
            *group(3, f"cluster{{{node('cluster', ids='W04 M08')}}}"),
            f'  subgraph lines["{self._inline(word("flow", "lines"))}"]',
            *(f'    {key}["{names}"]' for key, names in _LINES.items()),
            f'    T8X["T8X / T-RackScale<br/>{self._drawn(word("flow", "project"))}"]',
            f"    open[{node('open', ids='M16')}]",
            "  end",
            *group(2, f"memory[/{node('memory', ids='M13')}/]", f"classes[{node('classes', ids='W09–W12')}]"),
            *group(4, f"provisions[{node('provisions', ids='W13–W15')}]"),
            *group(
                5,
                f"room[{node('room', ids='W18')}]",
                f"acceptance[{node('acceptance', ids='W17')}]",
                f"formal[{node('formal', ids='W19')}]",
            ),
            f"  risks[{node('risks', ids='W16')}]",
            f"  series -->{edge('nothing')} nothing",
            f"  series -->{edge('storage')} S",
            f"  series -->{edge('serving')} scale",
            f"  series -->{edge('training')} cluster",
            f"  scale -->{edge('pilot')} G2",
            f"  scale -->{edge('department')} G4",
            f"  scale -->{edge('throughput')} G8",
            f"  scale -->{edge('unknown')} open",
            f"  cluster -->{edge('positive')} T8X",
            f"  cluster -->{edge('negative')} share",
            f"  share -->{edge('group')} T4",
            f"  share -->{edge('college')} T8",
            f"  share -->{edge('unknown')} open",
            *(f"  memory -.->{edge('up')} {line}" for line in ("G4", "G8", "T8", "T8X")),
            "  lines --> classes",
            "  lines --> j4",
            "  lines --> risks",
            "  j4 --> j5",
        ]
        return "\n".join(["```mermaid", *lines, "```"])

    def _drawn(self, text: Text) -> str:
        return "<br/>".join(dict.fromkeys(text.get(language) for language in self._languages))

    # ---- Markdown

    def _heading(self, level: int, text: Text) -> str:
        return f"{'#' * level} {self._inline(text)}"

    def _inline(self, text: Text) -> str:
        return " / ".join(dict.fromkeys(text.get(language) for language in self._languages))

    def _paragraph(self, text: Text) -> str:
        return "\n\n".join(dict.fromkeys(text.get(language) for language in self._languages))

    def _list(self, lines: Iterable[str]) -> str:
        return "\n".join(f"- {line}" for line in lines)

    def _columns(self, *names: str) -> tuple[Text, ...]:
        return tuple(word("columns", name) for name in names)

    def _rows(self, head: Sequence[Text], rows: Iterable[Sequence[Text]]) -> str:
        lines = [self._row(head), "|" + " --- |" * len(head), *map(self._row, rows)]
        return "\n".join(lines)

    def _row(self, cells: Sequence[Text]) -> str:
        return "| " + " | ".join(map(self._cell, cells)) + " |"

    def _cell(self, text: Text) -> str:
        told = dict.fromkeys(text.get(language) for language in self._languages)
        return "<br>".join(line.replace("|", "\\|").replace("<", "&lt;") for line in told)

    def _source(self, source: Source) -> Text:
        if source.section is None:
            return label("house")
        name = label("whitepaper")
        zh, en = f"{name.zh} {source.section}", f"{name.en} {source.section}"
        return Text(
            zh=f"{zh}：“{source.quote}”" if source.quote else zh,
            en=f"{en}: “{source.quote_en or source.quote}”" if source.quote else en,
        )


def _span(low: float, high: float) -> str:
    return f"{low:,.10g}" if low == high else f"{low:,.10g}–{high:,.10g}"


def _figure(figure: Figure | None) -> Text:
    if figure is None or figure.unverified:
        return _NONE
    told = _span(figure.low, figure.high)
    if figure.note is None:
        return same(told)
    return Text(zh=f"{told}（{figure.note.zh}）", en=f"{told} ({figure.note.en})")


def _gpu(gpu: Gpu) -> tuple[Text, ...]:
    figures: list[Figure | None] = [getattr(gpu, name) for name in _FIGURES]
    sources = dict.fromkeys(source for figure in figures if figure for source in figure.source)
    named = label(f"gpu_{gpu.class_}") if gpu.class_ else _NONE
    return (same(gpu.name), named, *map(_figure, figures), same(", ".join(sources)))


def _model(model: Architecture) -> tuple[Text, ...]:
    def shown(name: str, value: float | None) -> Text:
        return _NONE if value is None or name in model.unverified else same(f"{value:,.10g}")

    by_name = "params_b" in model.unverified
    heads = f"{model.kv_heads} × {model.head_dim}" if model.kv_heads else f"MLA {model.mla_dim}"
    return (
        same(model.name),
        same(f"{model.parameters_b:.4g}{'*' if by_name else ''}"),
        shown("active_b", model.active_b),
        shown("layers", model.layers),
        shown("hidden", model.hidden),
        same(heads),
        shown("vocab", model.vocab),
        same(", ".join(model.source)),
    )
