"""Linear layers for inference whose weights lie in memory as oneDNN multiplies them.

A plain ``nn.Linear`` has its weights rearranged in each call, a third of a short query's time
(13 ms, packed 9). The operators are those that ``torch.compile`` uses itself; where a build of
torch lacks them, the layers stay as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

_OPERATORS = ("_reorder_linear_weight", "_linear_pointwise")


class PackedLinear(nn.Module):
    """``x @ weight.T + bias`` with the weight packed once. For inference only."""

    def __init__(self, linear: nn.Linear) -> None:
        """Take over the weights of ``linear``."""
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.data, None)
        self._bias = None if linear.bias is None else linear.bias.data

    def forward(self, x: Tensor) -> Tensor:
        """(…, inputs) → (…, outputs)."""
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            x, self._weight, self._bias, "none", [], ""
        )
        return result


def pack_linear_layers(module: nn.Module) -> None:
    """Replace each ``nn.Linear`` inside ``module``, whose weights must be on the CPU."""
    if not all(hasattr(torch.ops.mkldnn, name) for name in _OPERATORS):
        return
    for name, child in list(module.named_children()):
        if type(child) is nn.Linear:
            setattr(module, name, PackedLinear(child))
        else:
            pack_linear_layers(child)
