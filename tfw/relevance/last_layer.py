"""The last decoder layer of a sequence classifier, computed only where the classifier reads.

BART's classifier (facebook/bart-large-mnli) reads one position of what its decoder makes: that of
the last token. In the last layer no position needs what the same layer makes of another, but for
keys and values of the attention, so the rest of it, a twenty-eighth of the whole work, is left out.
The logits are the same.
"""

from typing import Any

# Modules and tensors of torch, which is an optional package and has no types here.
Module = Any
Tensor = Any


def reads_one_position(model: Module) -> bool:
    """Whether this is such a model: a BART classifier with torch's own attention."""
    known = type(model).__name__ == "BartForSequenceClassification"
    return known and model.config._attn_implementation == "sdpa"


def shorten_last_layer(model: Module) -> Module:
    """The model with a last decoder layer that is computed for the last tokens alone.

    All texts of a batch must be padded at their ends, and end in the token that the classifier
    reads, as the tokenizers of such models make them.
    """
    layers = model.model.decoder.layers
    layers[-1] = _last_token_layer(layers[-1])
    return model


def _last_token_layer(layer: Module) -> Module:
    import torch

    class LastTokenLayer(torch.nn.Module):  # type: ignore[misc]
        """What the layer makes of each row's last token; zeros elsewhere."""

        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(
            self,
            hidden_states: Tensor,
            attention_mask: Tensor = None,
            encoder_hidden_states: Tensor = None,
            encoder_attention_mask: Tensor = None,
            **_: object,
        ) -> Tensor:
            last = _last_tokens(hidden_states, encoder_attention_mask)
            rows = torch.arange(len(last), device=last.device)
            made = torch.zeros_like(hidden_states)
            made[rows, last] = self._one(
                hidden_states, last, encoder_hidden_states, encoder_attention_mask
            )
            return made

        def _one(self, states: Tensor, last: Tensor, encoded: Tensor, mask: Tensor) -> Tensor:
            layer = self.layer
            places = torch.arange(states.shape[1], device=last.device)
            one = states.gather(1, last[:, None, None].expand(-1, 1, states.shape[2]))
            seen = (places[None] <= last[:, None])[:, None, None]
            found, _ = layer.self_attn(one, key_value_states=states, attention_mask=seen)
            one = layer.self_attn_layer_norm(one + found)
            first_row = None if mask is None else mask[:, :, :1]
            found, _ = layer.encoder_attn(one, key_value_states=encoded, attention_mask=first_row)
            one = layer.encoder_attn_layer_norm(one + found)
            found = layer.fc2(layer.activation_fn(layer.fc1(one)))
            return layer.final_layer_norm(one + found)[:, 0]

    return LastTokenLayer()


def _last_tokens(states: Tensor, mask: Tensor) -> Tensor:
    """The place of each row's last token; without a mask nothing is padded."""
    import torch

    if mask is None:
        return torch.full((len(states),), states.shape[1] - 1, device=states.device)
    shown = mask[:, 0, 0]
    shown = shown if shown.dtype == torch.bool else shown == 0
    return shown.sum(dim=1) - 1
