"""Real models of a few thousand random weights, made here and saved to a folder: nothing is downloaded."""

from __future__ import annotations

import json
from pathlib import Path

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
ENGLISH = ["gpu", "memory", "storage", "layer", "rack", "power", "query", "passage", ":", "the", "of"]
WORDS = [*SPECIAL, *ENGLISH, *"显存储分层"]


def _tokenizer(folder: Path, longest: int) -> None:
    """A word tokenizer of the BERT kind."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    own = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    own.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    own.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=own, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=longest,
    ).save_pretrained(folder)  # fmt: skip


def _config(seed: int, longest: int, outputs: int = 1) -> object:
    import torch
    from transformers import BertConfig

    torch.manual_seed(seed)
    return BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=longest, num_labels=outputs, hidden_dropout_prob=0.0, pad_token_id=0,
    )  # fmt: skip


def bi_encoder(folder: Path, *, seed: int = 1, longest: int = 32, prompts: dict[str, str] | None = None) -> Path:
    """A bi-encoder that reads `longest` tokens, saved as sentence-transformers saves one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertModel

    plain = folder.with_name(f"{folder.name}-plain")
    BertModel(_config(seed, longest)).save_pretrained(plain)
    _tokenizer(plain, longest)
    reader = modules.Transformer(str(plain), max_seq_length=longest)
    model = SentenceTransformer(modules=[reader, modules.Pooling(16, "mean")], prompts=prompts, device="cpu")
    model.save(str(folder))
    # What the library adds to a model's prompts when it saves it would hide that it had none.
    described = folder / "config_sentence_transformers.json"
    told = json.loads(described.read_text())
    described.write_text(json.dumps(told | {"prompts": prompts or {}}))
    return folder


def cross_encoder(folder: Path, *, seed: int = 1, longest: int = 64, outputs: int = 1) -> Path:
    """A cross-encoder with so many outputs."""
    from transformers import BertForSequenceClassification

    BertForSequenceClassification(_config(seed, longest, outputs)).save_pretrained(folder)
    _tokenizer(folder, longest)
    return folder
