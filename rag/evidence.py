"""Chooses the sentences that answer a question, and says how sure that is.

Every candidate sentence gets a few features (shared words weighed by rarity, the passage's rank, whether it
has the kind of thing that is asked); a logistic model whose weights are data turns them into the chance that
the sentence holds the answer. Refusal reads the best sentence's features. Knows no language model.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from rag.lexical import terms
from rag.normal_form import normalise
from rag.quantities import quantities
from rag.query import Kind, Query
from rag.retrieval import Retrieval
from rag.schema import Document, Hit, Span
from rag.sentences import sentences
