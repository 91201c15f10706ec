"""Documents to chunks: one LlamaIndex `TextNode` per unit (paragraph, list item, table row), by structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from llama_index.core.node_parser.interface import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, TextNode

from assistant.knowledge.passage import Language
from assistant.knowledge.wording import sentences
from assistant.rules.catalogue import products_in
from ingest.structure import Block, MarkdownStructure, plain_blocks

# A paragraph beyond this many characters is cut at sentence ends; Chinese says as much in fewer characters.
LONGEST = {"zh": 500, "en": 1200}


def _pieces(block: Block, source: str, language: Language) -> list[Block]:
    """A block, or its parts of whole sentences where it is too long for one vector ("05.p2" -> "05.p2.1", …)."""
    limit = LONGEST[language]
    body = source[block.start : block.end]
    # A row needs its header and a worded block differs from its source: cutting either would break its span.
    if len(block.text) <= limit or block.kind == "row" or body != block.text:
        return [block]
    parts: list[tuple[int, int]] = []
    for start, end in sentences(body):
        if parts and end - parts[-1][0] <= limit:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    if len(parts) == 1:
        return [block]
    return [
        replace(
            block,
            number=f"{block.number}.{n}",
            text=body[start:end],
            start=block.start + start,
            end=block.start + end,
        )
        for n, (start, end) in enumerate(parts, start=1)
    ]


class StructureParser(NodeParser):
    """Cuts by structure. A node's text is what is shown; its metadata is everything else a passage has, and `order`."""

    def _parse_nodes(
        self,
        nodes: Sequence[BaseNode],
        show_progress: bool = False,  # noqa: ARG002 - the base class's signature
        **kwargs: Any,  # noqa: ARG002
    ) -> list[BaseNode]:
        return [chunk for node in nodes for chunk in self._chunks(node)]

    def _postprocess_parsed_nodes(
        self,
        nodes: list[BaseNode],
        parent_doc_map: dict[str, Any],  # noqa: ARG002 - the base class's signature
    ) -> list[BaseNode]:
        # The base class would look each text up in the document again; the spans here are exact already.
        return nodes

    def _chunks(self, node: BaseNode) -> list[TextNode]:
        source = node.get_content()
        document, language = str(node.metadata["document"]), node.metadata["language"]
        fallback = document.rsplit("/", 1)[-1]
        if node.metadata["suffix"] == ".txt":
            title, blocks = plain_blocks(source, fallback)
        else:
            structure = MarkdownStructure(source, language, fallback)
            title, blocks = structure.title, list(structure.blocks())
        chunks: list[TextNode] = []
        for block in blocks:
            for piece in _pieces(block, source, language):
                unit = f"{document}#{piece.number}"
                chunk = TextNode(
                    id_=f"{unit}@{language}",
                    text=piece.text,
                    start_char_idx=piece.start,
                    end_char_idx=piece.end,
                    metadata={
                        "unit": unit,
                        "document": document,
                        "title": title,
                        "section": piece.section,
                        "heading": list(piece.heading),
                        "language": language,
                        "kind": piece.kind,
                        "products": list(products_in(" ".join((title, *piece.heading, piece.text)))),
                        "derived": piece.derived,
                        "source": node.metadata["source"],
                        "order": len(chunks),
                    },
                )
                chunk.relationships[NodeRelationship.SOURCE] = node.as_related_node_info()
                chunks.append(chunk)
        return chunks
