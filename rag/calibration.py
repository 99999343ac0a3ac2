"""Logistic models whose weights are data: ``calibration.json``, made by ``benchmarks/calibrate.py``."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import JianghuaError


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over standardised features, in the order of ``features``."""

    features: tuple[str, ...]
    means: NDArray[np.float64]  # (n,)
    scales: NDArray[np.float64]  # (n,)
    weights: NDArray[np.float64]  # (n,)
    bias: float

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(m,) probabilities of (m, n) rows of features."""
        logits = ((rows - self.means) / self.scales) @ self.weights + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)), np.float64)


@dataclass(frozen=True, slots=True)
class ReadCalibration:
    """What corrects the chances where the reader has read the passages."""

    sentence: Logistic
    answerable: Logistic
    threshold: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The models and thresholds that were fitted together."""

    piece: Logistic
    sentence: Logistic
    answerable: Logistic
    threshold: float  # an answer needs at least this chance of being answerable
    read: ReadCalibration | None = None  # None: fitted without a reader

    def stricter(self, by: float) -> Calibration:
        """The same with the odds that an answer needs ``by`` times as high, read or not."""
        read = self.read and replace(self.read, threshold=_raised(self.read.threshold, by))
        return replace(self, threshold=_raised(self.threshold, by), read=read)


def _raised(chance: float, by: float) -> float:
    odds = by * chance / (1 - chance)
    return odds / (1 + odds)


def load_calibration() -> Calibration:
    """The calibration that ships with the package.

    Raises:
        JianghuaError: the file is missing or not what this version reads.
    """
    try:
        data = json.loads(resources.files("rag").joinpath("calibration.json").read_text("utf-8"))
        return Calibration(
            _logistic(data["piece"]),
            _logistic(data["sentence"]),
            _logistic(data["answerable"]),
            float(data["threshold"]),
            _read_calibration(data["read"]) if "read" in data else None,
        )
    except (OSError, KeyError, ValueError) as error:
        raise JianghuaError(
            f"rag/calibration.json is not what this version reads ({error}); install the package anew"
        ) from error


def _read_calibration(data: dict[str, Any]) -> ReadCalibration:
    return ReadCalibration(
        _logistic(data["sentence"]), _logistic(data["answerable"]), float(data["threshold"])
    )


def _logistic(data: dict[str, dict[str, list[float]] | float]) -> Logistic:
    """``{"features": {name: [mean, scale, weight]}, "bias": b}``."""
    features, bias = data["features"], data["bias"]
    if not isinstance(features, dict) or not isinstance(bias, float):
        raise ValueError("expected features and a bias")
    columns = np.array(list(features.values()), np.float64)
    return Logistic(tuple(features), columns[:, 0], columns[:, 1], columns[:, 2], bias)
