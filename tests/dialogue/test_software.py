"""Software by its well-known names, in its makers' spelling; what is denied is left out."""

from __future__ import annotations

import pytest

from assistant.dialogue.software import software


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("用 PyTorch 和 vLLM", ("PyTorch", "vLLM")),
        ("不用Ollama，用sglang", ("SGLang",)),
        ("跑ansys fluent和LS-DYNA", ("Ansys", "Fluent", "LS-DYNA")),
        ("we don't use Slurm, we use Kubernetes", ("Kubernetes",)),
        ("不用 Ollama 和 Dify，只用vLLM", ("vLLM",)),
        ("tensorrt-llm部署", ("TensorRT-LLM",)),
        ("K8S集群", ("Kubernetes",)),
        ("Gromacs, alphafold2 and VASP", ("GROMACS", "AlphaFold", "VASP")),
        ("pytorch/tensorflow都要", ("PyTorch", "TensorFlow")),
        ("moving away from Slurm to k8s", ("Kubernetes",)),
        ("飞桨", ("PaddlePaddle",)),
    ],
)
def test_names_are_read_in_their_own_spelling(text: str, names: tuple[str, ...]) -> None:
    (update,) = (u for u in software(text) if u.mode == "add")
    assert (update.value, update.mode) == (names, "add")
    assert text[update.start : update.end].strip() == update.evidence


@pytest.mark.parametrize(
    "text", ["", "He is fluent in English", "3D Gaussian splatting", "without docker", "community unity"]
)
def test_a_common_word_or_a_denial_names_nothing(text: str) -> None:
    assert [u for u in software(text) if u.mode == "add"] == []
