"""Well-known software in a text, in its makers' spelling: frameworks, inference servers, CAE, rendering, science."""

from __future__ import annotations

import re

from assistant.dialogue.expressions import expression
from assistant.dialogue.reading import Update

# What it is called, and how it is written otherwise; a pattern is matched without case unless it says (?-i:...).
_NAMES: dict[str, str] = {
    # frameworks and training
    "PyTorch": r"py ?torch",
    "TensorFlow": r"tensor ?flow",
    "JAX": r"(?-i:JAX)",
    "Keras": r"keras",
    "MindSpore": r"mindspore|昇思",
    "PaddlePaddle": r"paddle ?paddle|paddle|飞桨",
    "DeepSpeed": r"deepspeed",
    "Megatron-LM": r"megatron(?:-?lm)?",
    "NeMo": r"(?-i:NeMo)|nvidia nemo",
    "LLaMA-Factory": r"llama[- ]?factory",
    "Unsloth": r"unsloth",
    "Axolotl": r"axolotl",
    "ms-swift": r"ms-swift",
    "Hugging Face": r"hugging ?face",
    "ColossalAI": r"colossal-?ai",
    "verl": r"(?-i:veRL|verl)",
    "Lightning": r"pytorch lightning",
    "scikit-learn": r"scikit-learn|sklearn",
    "XGBoost": r"xgboost",
    "OpenCV": r"opencv",
    "MMDetection": r"mmdetection",
    "YOLO": r"yolo(?:v?\d{1,2})?",
    "nnU-Net": r"nnu-?net",
    "MONAI": r"(?-i:MONAI)",
    "RAPIDS": r"(?-i:RAPIDS)",
    # serving and applications
    "vLLM": r"vllm",
    "SGLang": r"sglang",
    "Ollama": r"ollama",
    "TensorRT-LLM": r"tensorrt-?llm|trt-?llm",
    "TensorRT": r"tensorrt",
    "Triton": r"triton(?: inference server)?",
    "TGI": r"text generation inference|(?-i:TGI)",
    "LMDeploy": r"lmdeploy",
    "Xinference": r"xinference",
    "llama.cpp": r"llama\.cpp",
    "KTransformers": r"ktransformers",
    "Dify": r"dify",
    "RAGFlow": r"ragflow",
    "FastGPT": r"fastgpt",
    "MaxKB": r"maxkb",
    "Open WebUI": r"open ?webui",
    "LangChain": r"langchain",
    "LlamaIndex": r"llama ?index",
    "Milvus": r"milvus",
    "Elasticsearch": r"elastic ?search",
    "n8n": r"n8n",
    "Stable Diffusion": r"stable ?diffusion|(?-i:SDXL)",
    "ComfyUI": r"comfy ?ui",
    "Whisper": r"(?-i:Whisper)",
    # simulation
    "Ansys": r"ansys",
    "Fluent": r"(?-i:Fluent|FLUENT)|(?<=ansys )fluent",
    "Abaqus": r"abaqus",
    "COMSOL": r"comsol",
    "LS-DYNA": r"ls-?dyna",
    "Star-CCM+": r"star-?ccm\+?",
    "OpenFOAM": r"openfoam",
    "Nastran": r"(?:msc )?nastran",
    "HyperWorks": r"hyperworks",
    "HFSS": r"(?-i:HFSS)",
    "CST": r"(?-i:CST)(?: studio)?",
    "Lumerical": r"lumerical",
    "MATLAB": r"matlab",
    "Simulink": r"simulink",
    "SolidWorks": r"solid ?works",
    "CATIA": r"catia",
    "AutoCAD": r"autocad",
    "Revit": r"revit",
    "Moldflow": r"moldflow",
    "Cadence": r"(?-i:Cadence)",
    "Synopsys": r"synopsys",
    # rendering and video
    "Blender": r"blender",
    "V-Ray": r"v-?ray",
    "Redshift": r"redshift",
    "Octane": r"octane(?:render)?",
    "Maya": r"maya",
    "3ds Max": r"3ds ?max|3dmax",
    "Cinema 4D": r"cinema ?4d|c4d",
    "Houdini": r"houdini",
    "Arnold": r"arnold(?: renderer)?",
    "Unreal Engine": r"unreal(?: engine)?|(?-i:UE[45])",
    "Unity": r"(?-i:Unity)(?:3d)?",
    "Omniverse": r"omniverse",
    "Isaac Sim": r"isaac ?sim",
    "D5 Render": r"d5 ?(?:render|渲染器)",
    "Enscape": r"enscape",
    "Lumion": r"lumion",
    "KeyShot": r"keyshot",
    "Nuke": r"(?-i:Nuke)",
    "DaVinci Resolve": r"da ?vinci(?: resolve)?|达芬奇",
    "Premiere": r"premiere(?: pro)?",
    "After Effects": r"after ?effects",
    "FFmpeg": r"ffmpeg",
    "SketchUp": r"sketch ?up",
    # science
    "GROMACS": r"gromacs",
    "AlphaFold": r"alphafold ?[23]?",
    "VASP": r"vasp",
    "LAMMPS": r"lammps",
    "NAMD": r"(?-i:NAMD)",
    "Amber": r"(?-i:AMBER|Amber)(?:\d\d)?",
    "CP2K": r"cp2k",
    "Quantum ESPRESSO": r"quantum ?espresso",
    "Gaussian": r"(?-i:Gaussian) ?(?:09|16)",
    "Schrödinger": r"schr(?:ö|oe|o)dinger(?: suite)?",
    "RELION": r"(?-i:RELION|Relion)",
    "cryoSPARC": r"cryosparc",
    "Rosetta": r"(?-i:Rosetta)(?:fold)?",
    "WRF": r"(?-i:WRF)",
    "DeePMD-kit": r"deepmd(?:-kit)?",
    "Parabricks": r"parabricks",
    "ParaView": r"paraview",
    "Julia": r"(?-i:Julia)",
    # operations
    "Slurm": r"slurm",
    "Kubernetes": r"kubernetes|k8s",
    "Docker": r"docker",
    "CUDA": r"cuda",
    "Kubeflow": r"kubeflow",
    "OpenStack": r"openstack",
    "VMware": r"vmware|vsphere",
    "Proxmox": r"proxmox",
    "Rancher": r"rancher",
    "JupyterHub": r"jupyter ?hub",
    "Jupyter": r"jupyter(?: ?lab| notebook)?",
    "MLflow": r"mlflow",
    "Ubuntu": r"ubuntu",
    "CentOS": r"centos",
    "Windows Server": r"windows server",
    "Kylin": r"麒麟|kylin ?os",
    "openEuler": r"openeuler|欧拉",
    "NVIDIA AI Enterprise": r"nvidia ai enterprise|nvaie",
    "MIG": r"(?-i:MIG)",
    "vGPU": r"v-?gpu",
}
_ALL = expression(
    "(?<![A-Za-z0-9_.-])(?:"
    + "|".join(
        f"(?P<n{place}>{pattern})"
        for place, (_, pattern) in sorted(enumerate(_NAMES.items()), key=lambda item: -len(item[1][0]))
    )
    + ")(?![A-Za-z0-9_]|-[A-Za-z])",
    re.IGNORECASE,
)
_SPELLING = tuple(_NAMES)
# What denies a name, or puts it behind: "不用 Ollama", "moving away from Slurm".
_NOT = expression(
    r"(?:不(?:再|想|需要|打算|会|准备|能|考虑|是)?(?:使用|用|跑|上|装|要|支持|考虑)?|没(?:有)?(?:在)?(?:用|装|上)?"
    r"|无需|别用|弃用|放弃|替(?:代|换)掉?|换掉|除了"
    r"|\b(?:no|not|don't|do not|never|without|instead of|rather than|away from|won't|isn't|drop(?:ping)?"
    r"|replac(?:e|ing)|except)(?: (?:use|using|run|need|want|on|any|going to use)){0,2})\s*$",
    re.IGNORECASE,
)
_TAKEN_BACK = expression(
    r"[哦噢啊]?不是|不对|说错|写错|错了|更正|改成|换成|\b(?:sorry|no,? wait|i mean(?:t)?|oops"
    r"|scratch that|correction|rather)\b",
    re.IGNORECASE,
)
_LISTED = expression(r"\s*(?:、|/|,|，|和|或者?|及|与|跟|\bor\b|\bnor\b)\s*$")
_CLAUSE = expression(r"[，。；;!?！？\n]|(?<!\.)\.\s|但|而是|改用|换成|\bbut\b|只用")


def _negated(text: str, start: int, before: tuple[int, bool] | None) -> bool:
    """Whether the words before a name deny it; a denial reaches over a list ("不用 Ollama 和 Dify")."""
    if before is not None and before[1] and _LISTED.fullmatch(text[before[0] : start]):
        return True
    return bool(_NOT.search(_CLAUSE.split(text[max(0, start - 24) : start])[-1]))


def software(text: str) -> list[Update]:
    """The software that a folded text names, as one update to a list, and what it denies, as one that takes away."""
    names: list[str] = []
    gone: list[tuple[str, int, int]] = []
    spans: list[tuple[int, int]] = []
    last: tuple[int, bool] | None = None
    for match in _ALL.finditer(text):
        denied = _negated(text, match.start(), last)
        last = (match.end(), denied)
        name = _SPELLING[int((match.lastgroup or "n0")[1:])]
        if spans and _TAKEN_BACK.search(text[spans[-1][1] : match.start()][-24:]):
            # "PyTorch，哦不是，是 MindSpore": the first was a slip.
            gone.append((names.pop(), *spans.pop()))
        if denied:
            gone.append((name, *match.span()))
            continue
        if name not in names:
            names.append(name)
        spans.append(match.span())
    removed = [row for row in gone if row[0] not in names]
    updates = []
    if removed:
        start, end = removed[0][1], removed[-1][2]
        kinds = tuple(row[0] for row in removed)
        updates.append(Update("software", kinds, text[start:end].strip(), start, end, mode="remove"))
    if names:
        start, end = spans[0][0], spans[-1][1]
        updates.append(Update("software", tuple(names), text[start:end].strip(), start, end, mode="add"))
    return updates
