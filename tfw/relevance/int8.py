"""Linear layers with 8-bit weights and 8-bit inputs.

Weights have one scale an output and inputs one scale a token, both symmetric, found from the
largest absolute value (Dettmers et al. 2022, "LLM.int8()", vector-wise quantisation). One scale
for a whole batch, as torch's own dynamic quantisation has it, is several times less exact.
"""

from typing import Any

import torch
from torch import nn

Tensor = Any
LARGEST = 127
SMALLEST_SCALE = 1e-8


class Int8Linear(nn.Module):  # type: ignore[misc]
    """Takes the place of a linear layer; inputs and outputs are float32."""

    def __init__(self, linear: Tensor) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = weight.abs().amax(dim=1).clamp_min(SMALLEST_SCALE) / LARGEST
        self.outputs = weight.shape[0]
        self.register_buffer("weight", (weight / scale[:, None]).round().char().t().contiguous())
        self.register_buffer("scale", scale)
        bias = torch.zeros(self.outputs) if linear.bias is None else linear.bias.detach().float()
        self.register_buffer("bias", bias)

    def forward(self, inputs: Tensor) -> Tensor:
        """The layer's outputs for inputs of shape (..., features)."""
        rows = inputs.reshape(-1, inputs.shape[-1])
        scale = rows.abs().amax(dim=1, keepdim=True).clamp_min(SMALLEST_SCALE) / LARGEST
        products = torch._int_mm((rows / scale).round_().char(), self.weight)
        outputs = products.float().mul_(self.scale).mul_(scale).add_(self.bias)
        return outputs.reshape(*inputs.shape[:-1], self.outputs)
