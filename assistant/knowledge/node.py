"""A passage in LlamaIndex's shape."""

from __future__ import annotations

from llama_index.core.schema import TextNode

from assistant.knowledge.passage import Passage


def as_node(passage: Passage) -> TextNode:
    """A passage as a LlamaIndex node; its metadata holds every field but the text and the span."""
    metadata = passage.model_dump(mode="json", exclude={"text", "start", "end", "score"})
    return TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata=metadata,
    )
