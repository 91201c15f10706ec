"""A document's structure: headings, paragraphs, list items and table rows, each with its span in the source.

The zh and the en file of a document hold the same units in the same order, so everything a unit id is made of (section,
counters) is independent of the language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.knowledge.passage import Language, PassageKind

_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)[.、．:：]?\s+(?=\S)")
# A sheet's statement ends by naming the sections of the whitepaper it rests on.
CITATION_MARK = re.compile(
    r"\s*[（(]\s*(?:白皮书|whitepaper)\s*(?P<section>\d{2}(?:\.\d{1,2})?)[\d.、,，\s]*[）)]\s*[。.]?\s*$", re.IGNORECASE
)
_LABEL = re.compile(r"\*\*(?P<label>[^*\n]{1,40}?)[:：]?\*\*\s*")
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_SENTENCE_END = tuple("。！？；.!?;")


@dataclass(frozen=True)
class Block:
    """One unit as found: `number` is its id after the "#" ("07.t1.r2"); `end` is exclusive."""

    number: str
    section: str
    heading: tuple[str, ...]
    kind: PassageKind
    text: str
    start: int
    end: int
    derived: bool = False


@dataclass
class _Place:
    """Where in the document the reader is."""

    numbered: bool
    section: str = ""
    key: str = ""
    unnumbered: int = 0
    path: list[tuple[int, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def enter(self, level: int, heading: str) -> None:
        """Move below a heading. Numbers outrank levels: the corpus uses levels loosely and numbers strictly."""
        match = _NUMBERED.match(heading)
        if match is None:
            if not self.numbered:
                self.unnumbered += 1
                self.key = f"s{self.unnumbered}"
            while self.path and self.path[-1][0] >= level:
                self.path.pop()
            self.path.append((level, heading))
            return
        number = match.group("number")
        top = self.section.split(".")[0]
        # "1." below "04." is 04.1: sections are zero-padded, the judgements inside one are not.
        if len(number) == 1 and len(top) == 2:
            self.section = f"{top}.{number}"
            del self.path[1:]
        else:
            self.section = number
            depth = number.count(".")
            self.path = [entry for entry in self.path if _depth(entry[1]) < depth] if depth else []
        self.key = self.section
        self.path.append((level, heading))

    def next(self, letter: str) -> str:
        """The next number of a kind in this section, as in "07.t1"."""
        self.counts[self.key + letter] += 1
        return f"{self.key}.{letter}{self.counts[self.key + letter]}"

    @property
    def heading(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.path)


def _depth(heading: str) -> int:
    match = _NUMBERED.match(heading)
    return match.group("number").count(".") if match else 99


def plain(inline: Token) -> str:
    """An inline token's words without its markup; a link keeps its text."""
    parts: list[str] = []
    for child in inline.children or ():
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type in ("text", "code_inline", "text_special", "image"):
            parts.append(child.content)
    return "".join(parts).strip()


def row_text(header: Sequence[str], cells: Sequence[str], language: Language) -> str:
    """A table row that can stand alone: "内存 · 为什么重要: …；建议关注: …"."""
    text = cells[0] if cells else ""
    joint = " · " if text else ""
    for name, cell in zip(header[1:], cells[1:], strict=False):
        if not cell:
            continue
        text += joint + (f"{name}: {cell}" if name else cell)
        closed = cell.endswith(_SENTENCE_END)
        joint = ("" if language == "zh" else " ") if closed else ("；" if language == "zh" else "; ")
    return text


def _label(source: str) -> str | None:
    """The words of a paragraph that is nothing but a short bold label, which names what follows it."""
    match = _LABEL.fullmatch(source.strip())
    if match is None or match.group("label").endswith(_SENTENCE_END):
        return None
    return match.group("label").strip()


class MarkdownStructure:
    """Reads one Markdown text. `title` is its first top heading, else the `fallback`."""

    def __init__(self, text: str, language: Language, fallback: str) -> None:
        self._text = text
        self._language = language
        # Lines as the Markdown reader counts them: it takes \r\n and a lone \r for \n, and no other character.
        lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
        self._starts = [0, *accumulate(len(line) for line in lines)]
        self._tokens = MarkdownIt("commonmark").enable("table").parse(text)
        headings = [
            (token, plain(self._tokens[i + 1])) for i, token in enumerate(self._tokens) if token.type == "heading_open"
        ]
        first = next((words for token, words in headings if token.tag == "h1"), None)
        # A numbered first heading is a section, not a title.
        self._titled = first is not None and _NUMBERED.match(first) is None
        self.title = first if self._titled and first else fallback
        numbered = any(_NUMBERED.match(words) for _, words in headings)
        self._place = _Place(numbered, key="preface" if numbered else "s0", section="preface" if numbered else "")

    def _span(self, token: Token) -> tuple[int, int]:
        """A block token's lines as a span of characters, without white space around it."""
        first, last = token.map or (0, 0)
        start, end = self._starts[first], self._starts[min(last, len(self._starts) - 1)]
        while start < end and self._text[start].isspace():
            start += 1
        while end > start and self._text[end - 1].isspace():
            end -= 1
        return start, end

    def blocks(self) -> Iterator[Block]:
        """Every unit in order of appearance."""
        tokens, place = self._tokens, self._place
        title_pending, items = self._titled, 0
        label: tuple[str, int] | None = None
        header: list[str] = []
        table = ""
        for i, token in enumerate(tokens):
            match token.type:
                case "heading_open":
                    label = None
                    if title_pending and token.tag == "h1":
                        title_pending = False
                    else:
                        place.enter(int(token.tag[1:]), plain(tokens[i + 1]))
                case "list_item_open":
                    items += 1
                case "list_item_close":
                    items -= 1
                case "table_open":
                    header, table = [], place.next("t")
                    rows = 0
                case "tr_open":
                    cells = self._cells(i)
                    if tokens[i - 1].type == "thead_open":
                        header = cells
                        continue
                    rows += 1
                    start, end = self._span(token)
                    yield self._block(f"{table}.r{rows}", "row", row_text(header, cells, self._language), start, end)
                case "paragraph_open" | "fence" | "code_block":
                    start, end = self._span(token)
                    words = plain(tokens[i + 1]) if token.type == "paragraph_open" else token.content.strip()
                    if items:
                        marker = _MARKER.match(self._text, start)
                        if marker and tokens[i - 1].type == "list_item_open":
                            start = marker.end()
                        yield self._block(place.next("i"), "item", words, start, end)
                        continue
                    if label is None and (named := _label(self._text[start:end])) and self._followed(i):
                        label = (named, start)
                        continue
                    if label is not None:
                        words, start = f"{label[0]}{'：' if self._language == 'zh' else ': '}{words}", label[1]
                        label = None
                    if words:
                        yield self._block(place.next("p"), "paragraph", words, start, end)
                case _:
                    pass

    def _followed(self, i: int) -> bool:
        """Whether the block after the paragraph at token `i` is a paragraph too."""
        after = self._tokens[i + 3] if i + 3 < len(self._tokens) else None
        return after is not None and after.type == "paragraph_open"

    def _cells(self, i: int) -> list[str]:
        cells: list[str] = []
        for token in self._tokens[i + 1 :]:
            if token.type == "tr_close":
                break
            if token.type == "inline":
                cells.append(plain(token).replace("\n", " "))
        return cells

    def _block(self, number: str, kind: PassageKind, text: str, start: int, end: int) -> Block:
        mark = CITATION_MARK.search(text)
        section = mark.group("section") if mark else self._place.section
        return Block(number, section, self._place.heading, kind, text, start, end, derived=mark is not None)


def plain_blocks(text: str, fallback: str) -> tuple[str, list[Block]]:
    """A plain text's title (its first line where that is short) and paragraphs, which blank lines part."""
    blocks: list[Block] = []
    for match in re.finditer(r"\S(?:.*\S)?(?:\r?\n[ \t]*\S(?:.*\S)?)*", text):
        blocks.append(Block(f"s0.p{len(blocks) + 1}", "", (), "paragraph", match.group(), *match.span()))
    return fallback, blocks
