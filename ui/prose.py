"""Markdown to HTML that is safe to show: what visitors, documents and models write is text, never markup.

Raw HTML is escaped, images are dropped (a picture would be fetched from wherever the text says), and links leave the
page in a new tab.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_REFERENCE = re.compile(r"\[(\d{1,3})\](?!\()")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with lone surrogates replaced, so that it can always be encoded."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def escape(text: object) -> str:
    """HTML-escaped text, quotes included."""
    return html.escape(clean(str(text)), quote=True)


class _Renderer(RendererHTML):
    """Links open in a new tab and tell the other side nothing; an image becomes its description."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("target", "_blank")
        tokens[idx].attrSet("rel", "noopener noreferrer nofollow")
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:  # noqa: ARG002
        return escape(tokens[idx].content)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="scroll">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.renderToken(tokens, idx, options, env) + "</div>"


@cache
def parser() -> MarkdownIt:
    """The one Markdown reader of the pages: CommonMark with tables, raw HTML off."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer).enable("table")


def to_html(markdown: str, links: Mapping[str, str] | None = None) -> str:
    """HTML of a Markdown text, on one line outside of code; "[1]" becomes a link where `links` has a URL for "1"."""
    tokens = parser().parse(clean(markdown))
    if links:
        for token in tokens:
            if token.children:
                token.children = _with_references(token.children, links)
    return str(parser().renderer.render(tokens, parser().options, {}))


def one_line(markup: str) -> str:
    """The same HTML without line breaks: a blank line would end an HTML block inside a Markdown text."""
    return markup.replace("\n", "&#10;") if "<pre" in markup else markup.replace("\n", " ")


def _with_references(children: list[Token], links: Mapping[str, str]) -> list[Token]:
    result: list[Token] = []
    for child in children:
        if child.type != "text" or not _REFERENCE.search(child.content):
            result.append(child)
            continue
        position = 0
        for match in _REFERENCE.finditer(child.content):
            url = links.get(match[1])
            if url is None:
                continue
            result.append(_text(child.content[position : match.start()]))
            opening = Token("link_open", "a", 1, attrs={"href": url, "class": "ref"})
            result += [opening, _text(match[1]), Token("link_close", "a", -1)]
            position = match.end()
        result.append(_text(child.content[position:]))
    return result


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
