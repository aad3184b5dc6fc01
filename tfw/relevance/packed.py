"""Linear layers in bfloat16 whose weights are laid out once for the CPU's matrix kernels.

torch's own layer lays its weights out anew at each call, which for batches of captions takes as
long as a tenth to a fifth of the product. The outputs are the same, bit by bit. The two operators
are those that torch's compiler puts into compiled models; using them needs no compiler.
"""

from typing import Any

import torch
from torch import nn

Tensor = Any


def can_pack() -> bool:
    """Whether torch's library of matrix kernels (oneDNN) is there and knows bfloat16 here."""
    available = torch.backends.mkldnn.is_available()
    return bool(available and torch.ops.mkldnn._is_mkldnn_bf16_supported())


class PackedLinear(nn.Module):  # type: ignore[misc]
    """Takes the place of a bfloat16 linear layer on a CPU."""

    def __init__(self, linear: Tensor) -> None:
        super().__init__()
        self.packed = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), None)
        self.bias = linear.bias

    def forward(self, inputs: Tensor) -> Tensor:
        """The layer's outputs for inputs of shape (..., features)."""
        return torch.ops.mkldnn._linear_pointwise(inputs, self.packed, self.bias, "none", [], "")
