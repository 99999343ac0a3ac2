"""A virtual environment for each peer, kept in the user's cache, and the model that all of them load."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

from embeddings.packaged import default_model_folder

FOLDER = user_cache_path("jianghua") / "peers"
# torch is pinned: a free choice of it fetches gigabytes for GPUs. langchain-huggingface does not bear
# the huggingface-hub of constraints.txt, so that peer chooses all else itself.
TORCH = "torch=="
SHARED = (TORCH, "transformers==", "sentence-transformers==", "tokenizers==", "numpy==")
PEERS = {
    "langchain": (
        "langchain-classic>=1.0",
        "langchain-community>=0.4",
        "langchain-huggingface>=1",
        "rank-bm25",
        "faiss-cpu",
        "sentence-transformers",
    ),
    "llamaindex": (
        "llama-index-core",
        "llama-index-embeddings-huggingface",
        "llama-index-retrievers-bm25",
    ),
    "haystack": ("haystack-ai", "sentence-transformers-haystack", "sentence-transformers"),
    "txtai": ("txtai",),
    "lancedb": ("lancedb", "sentence-transformers"),
}


def interpreter(peer: str) -> Path:
    """The Python of the peer's environment, which is made first where it is missing.

    Raises:
        subprocess.CalledProcessError: Its packages cannot be installed.
    """
    folder = FOLDER / peer
    python, finished = folder / "bin" / "python", folder / "finished"
    if not finished.exists():
        print(f"making an environment for {peer} in {folder} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--constraint", _constraints(peer)]
        subprocess.run([*pip, *PEERS[peer]], check=True)
        finished.touch()
    return python


def _constraints(peer: str) -> Path:
    pinned = Path(__file__).resolve().parent.parent / "constraints.txt"
    shared = (TORCH,) if peer == "langchain" else SHARED
    lines = pinned.read_text(encoding="utf-8").splitlines()
    chosen = FOLDER / f"{peer}.constraints"
    chosen.write_text(
        "\n".join(line for line in lines if line.startswith(shared)), encoding="utf-8"
    )
    return chosen


def float32_model() -> Path:
    """The packaged encoder as the hub has it: in float32, which is what the peers load by default."""
    from safetensors.torch import load_file, save_file

    folder = FOLDER / "multilingual-e5-small-float32"
    if (folder / "config.json").exists():
        return folder
    shutil.copytree(default_model_folder(), folder, dirs_exist_ok=True)
    (folder / "manifest.json").unlink()
    weights = load_file(folder / "model.safetensors")
    single = {name: tensor.float() for name, tensor in weights.items()}
    save_file(single, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    text = json.dumps({**config, "dtype": "float32"}, indent=2)
    (folder / "config.json").write_text(text, encoding="utf-8")
    return folder
