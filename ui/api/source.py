"""GET /source/{document}: a whole document as a page, each unit with an anchor that a citation opens.

Markdown documents are rendered from their file, so that tables are tables; any other format, and a file that has
changed since it was ingested, from the passages of the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from markdown_it.token import Token
from starlette.responses import HTMLResponse

from assistant.agent.citations import anchor
from assistant.agent.reply import Language
from assistant.bootstrap import Advisor
from assistant.knowledge.passage import Passage
from ui.api.guard import language_of
from ui.labels import say
from ui.prose import escape, parser

_HOLDERS: Final = {"paragraph_open", "list_item_open", "tr_open", "fence", "code_block"}
_WORD: Final = re.compile(r"\W+")
_PAGE: Final = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="/advisor-static/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/advisor-static/source.css">
<script src="/advisor-static/source.js" defer></script>
</head>
<body>
<header><a class="home" href="/">{back}</a><nav aria-label="Language">{switch}</nav></header>
<main>
{notes}
<article lang="{content_lang}">
{body}
</article>
</main>
</body>
</html>
"""


def router(advisor: Advisor) -> APIRouter:
    """The page of a document; an unknown one is a page too, with status 404."""
    api = APIRouter()

    @api.get("/source/{document:path}", include_in_schema=False, response_class=HTMLResponse)
    def source(
        request: Request, document: str, lang: Annotated[str | None, Query(max_length=8)] = None
    ) -> HTMLResponse:
        language: Language = "zh" if lang == "zh" else "en" if lang == "en" else language_of(request.scope)
        passages = advisor.passage_document(document, language)
        if not passages:
            title, hint = say("source.missing", language), say("source.missing_hint", language)
            lost = f"<h1>{escape(title)}</h1><p>{escape(hint)}</p>"
            return HTMLResponse(_page(title, lost, (), language, language, ""), status_code=404)
        held = passages[0].language
        notes: list[str] = []
        if held != language:
            notes.append(say(f"source.only_{held}", language))
        elif held == "en" and any(p.language == "zh" for p in advisor.passage_document(document, "zh")[:1]):
            notes.append(say("source.translated", language))
        text = _file_text(advisor.settings.corpus_dir, document, held)
        body = _from_markdown(text, passages) if text is not None else None
        return HTMLResponse(_page(passages[0].title, body or _from_passages(passages), notes, language, held, document))

    return api


_LANGUAGES: Final[tuple[tuple[Language, str], ...]] = (("zh", "中文"), ("en", "English"))


def _page(title: str, body: str, notes: Iterable[str], language: Language, held: Language, document: str) -> str:
    def code(of: Language) -> str:
        return "zh-CN" if of == "zh" else "en"

    switch = "".join(
        f'<a href="?lang={other}" lang="{code(other)}" hreflang="{code(other)}"'
        f'{" aria-current=page" if other == language else ""}>{name}</a>'
        for other, name in _LANGUAGES
    )  # fmt: skip
    return _PAGE.format(
        lang=code(language),
        content_lang=code(held),
        title=escape(title),
        back=escape("← " + say("source.back", language)),
        switch=switch if document else "",
        notes="".join(f'<p class="note">{escape(note)}</p>' for note in notes),
        body=body,
    )


def _file_text(folder: Path, document: str, language: Language) -> str | None:
    """The document's Markdown as ingested, character for character; None when it has no Markdown file in the folder."""
    root = folder.resolve()
    for name in (f"{document}.{language}.md", f"{document}.md", f"{document}.{language}.markdown"):
        path = (root / name).resolve()
        # The name came from outside: a path that leaves the corpus is no document.
        if path.is_relative_to(root) and path.is_file():
            try:
                return path.read_bytes().decode("utf-8-sig")
            except (OSError, UnicodeDecodeError):
                return None
    return None


def _words(text: str) -> str:
    return _WORD.sub("", text)


def _from_markdown(text: str, passages: list[Passage]) -> str | None:
    """The rendered text with each unit's anchor; None when a passage is not where the index says it is."""
    tokens = parser().parse(text)
    starts = [0, *accumulate(len(line) for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text))]
    holders = [
        (starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)], token)
        for token in tokens
        if token.type in _HOLDERS and token.map and not token.hidden
    ]
    holders.sort(key=lambda holder: holder[1] - holder[0])
    for passage in passages:
        if passage.end > len(text):
            return None
        # A row's text is worded with its header, so only its first cell can be compared.
        told = passage.text.split(" · ", 1)[0] if passage.kind == "row" else passage.text
        if _words(told)[-12:] not in _words(text[passage.start : passage.end]):
            return None
        holder = next((token for start, end, token in holders if start < passage.end <= end), None)
        if holder is None:
            return None
        _mark(holder, anchor(passage.unit))
    for token, following in pairwise(tokens):
        # A paragraph cut into several units: the later anchors stand at its start.
        for name in token.meta.get("more", ()):
            if following.children is not None:
                following.children[:0] = [
                    Token("span_open", "span", 1, attrs={"id": name, "class": "at"}),
                    Token("span_close", "span", -1),
                ]
    return str(parser().renderer.render(tokens, parser().options, {}))


def _mark(token: Token, name: str) -> None:
    """Give a block an anchor; a paragraph cut into several units keeps the first, the others stand inside it."""
    if token.attrGet("id") is None:
        token.attrSet("id", name)
        token.attrJoin("class", "unit")
    else:
        token.meta.setdefault("more", []).append(name)


def _from_passages(passages: list[Passage]) -> str:
    parts = [f"<h1>{escape(passages[0].title)}</h1>"]
    heading: tuple[str, ...] = ()
    for passage in passages:
        for level, words in enumerate(passage.heading):
            if heading[: level + 1] != passage.heading[: level + 1]:
                parts.append(f"<h{min(level + 2, 6)}>{escape(words)}</h{min(level + 2, 6)}>")
        heading = passage.heading
        body = escape(passage.text).replace("\n", "<br>")
        parts.append(f'<p class="unit {passage.kind}" id="{escape(anchor(passage.unit))}">{body}</p>')
    return "\n".join(parts)
