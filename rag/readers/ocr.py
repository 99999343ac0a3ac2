"""Text in pictures, through rapidocr, which carries its models; optional, since it is large.

Knows lines of print and their order from top to bottom; no columns, tables or handwriting.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rag.errors import ReadError
from rag.schema import Reading, SourceText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]  # (height, width, channels)

HOW_TO_INSTALL = 'to read scanned pages install OCR: pip install "jianghua[ocr]"'
PIXELS_PER_POINT = 2.0  # 144 dots an inch: enough for print of 9 points, and quick
MOST_PIXELS = 2600  # along the longer side
_MOST_IMAGE_PIXELS = 60_000_000
_LEAST_SCORE = 0.5  # below this rapidocr is guessing
_NOTE = "was read by OCR; check the figures"


def is_installed() -> bool:
    """Whether pictures can be read here."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def text_in(picture: Picture) -> str:
    """The lines of print in a picture, from top to bottom."""
    found = _engine()(picture)
    if found.txts is None:
        return ""
    boxes = found.boxes.tolist()  # of each line its four corners, x and y
    words = [
        (*_place(box), text)
        for box, text, score in zip(boxes, found.txts, found.scores, strict=True)
        if score >= _LEAST_SCORE
    ]
    return "\n".join(_lines(sorted(words)))


def _place(corners: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Middle, left and height of a line of print."""
    across, down = zip(*corners, strict=True)
    return sum(down) / len(down), min(across), max(down) - min(down)


def read_image(data: bytes, working: Callable[[], None]) -> Reading:
    """The text in an image file.

    Args:
        data: The file.
        working: Called before the slow step, as a sign of life.

    Raises:
        ReadError: No OCR is installed, or the image is damaged, too large or without text.
    """
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    if not is_installed():
        raise ReadError(f"is an image; {HOW_TO_INSTALL}")
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > _MOST_IMAGE_PIXELS:
                raise ReadError(f"has {image.width} by {image.height} pixels; make it smaller")
            image.thumbnail((MOST_PIXELS, MOST_PIXELS))
            picture = np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise ReadError(f"is damaged: {error}") from error
    working()
    return Reading((SourceText(text_in(picture)),), "image", (_NOTE,))


def _lines(words: list[tuple[float, float, float, str]]) -> list[str]:
    """Words (middle, left, height, text), sorted, joined where they share a line."""
    lines: list[list[tuple[float, float, float, str]]] = []
    for word in words:
        if lines and word[0] - lines[-1][0][0] < lines[-1][0][2] / 2:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [" ".join(text for *_, text in sorted(line, key=lambda w: w[1])) for line in lines]


@lru_cache(maxsize=1)
def _engine() -> Callable[[Picture], Any]:
    """Optional and slow to import; takes a picture and finds ``txts``, ``boxes`` and ``scores``."""
    engine: Callable[[Picture], Any] = importlib.import_module("rapidocr").RapidOCR()
    return engine
