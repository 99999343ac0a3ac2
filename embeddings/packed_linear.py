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
    """``x @ weight.T + bias`` with the weight packed once. For inference on the CPU only."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """Pack ``weight``, (outputs, inputs)."""
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight, None)
        self._bias = bias

    def forward(self, x: Tensor) -> Tensor:
        """(…, inputs) → (…, outputs)."""
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            x, self._weight, self._bias, "none", [], ""
        )
        return result


def linear(weight: Tensor, bias: Tensor | None) -> nn.Module:
    """A linear layer of these weights, packed where that is possible."""
    if all(hasattr(torch.ops.mkldnn, name) for name in _OPERATORS):
        return PackedLinear(weight, bias)
    plain = nn.Linear(weight.shape[1], weight.shape[0], bias is not None, "meta")
    parameters = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    plain.load_state_dict(parameters, assign=True)
    return plain


def pack_linear_layers(module: nn.Module) -> None:
    """Replace each ``nn.Linear`` inside ``module``, whose weights must be on the CPU."""
    for name, child in list(module.named_children()):
        if type(child) is nn.Linear:
            bias = None if child.bias is None else child.bias.data
            setattr(module, name, linear(child.weight.data, bias))
        else:
            pack_linear_layers(child)
