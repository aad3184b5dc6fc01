import time

import numpy as np
import pytest

from tfw.errors import ModelError
from tfw.relevance import precision

torch = pytest.importorskip("torch")

INPUTS = torch.randn(300, 64, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def model():
    torch.manual_seed(2)
    return torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.GELU(), torch.nn.Linear(128, 4))


def outputs(model) -> np.ndarray:
    with torch.inference_mode():
        return model(INPUTS.to(next(iter(model.state_dict().values())).dtype)).float().numpy()


def scores_with(delays: dict[str, float], errors: dict[str, float]):
    """A scoring function whose time and error depend on the precision of the model it is given."""

    def score(model) -> np.ndarray:
        kinds = {str(p.dtype).removeprefix("torch.") for p in model.state_dict().values()}
        kind = "int8" if "int8" in kinds else kinds.pop()
        time.sleep(delays[kind])
        return np.full((2, 1), 0.5 + errors[kind], dtype=np.float32)

    return score


@pytest.mark.parametrize(
    ("errors", "chosen"),
    [
        ({"float32": 0, "bfloat16": 0.004, "int8": 0.004}, "int8"),
        ({"float32": 0, "bfloat16": 0.004, "int8": 0.03}, "bfloat16"),
        ({"float32": 0, "bfloat16": 0.03, "int8": float("nan")}, "float32"),
    ],
)
def test_the_fastest_precision_whose_scores_agree_is_chosen(model, errors, chosen):
    delays = {"float32": 0.08, "bfloat16": 0.04, "int8": 0.01}
    _, found = precision.prepare(model, "fastest", "cpu", scores_with(delays, errors))
    assert found == chosen


def test_a_precision_that_is_no_faster_is_not_chosen(model):
    delays = {"float32": 0.02, "bfloat16": 0.08, "int8": 0.08}
    errors = dict.fromkeys(delays, 0.0)
    prepared, found = precision.prepare(model, "fastest", "cpu", scores_with(delays, errors))
    assert found == "float32"
    assert prepared is model


def test_int8_layers_give_nearly_the_same_outputs(model):
    exact = outputs(model)
    rough = precision.converted(model, "int8")(INPUTS).detach().numpy()
    assert 0 < np.abs(rough - exact).max() < 0.03 * np.abs(exact).max()


def test_bfloat16_layers_that_are_laid_out_once_give_the_same_outputs(model):
    packed = pytest.importorskip("tfw.relevance.packed")
    if not packed.can_pack():
        pytest.skip("this CPU has no matrix kernels for bfloat16")
    plain = model.to(torch.bfloat16)
    changed = precision.converted(model, "bfloat16")
    assert isinstance(changed[0], packed.PackedLinear)
    np.testing.assert_array_equal(outputs(changed), outputs(plain))


def test_a_precision_that_cannot_run_a_model_is_passed_over(caplog):
    class ReadsWeights(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(64, 8)

        def forward(self, inputs):
            return inputs @ self.layer.weight.T

    with caplog.at_level("INFO", "tfw.relevance.precision"):
        _, found = precision.prepare(ReadsWeights(), "fastest", "cpu", outputs)
    assert found in ("float32", "bfloat16")
    assert "int8 does not run this model" in caplog.text


def test_conversion_leaves_the_model_as_it_was(model):
    before = outputs(model)
    for name in ("bfloat16", "int8"):
        precision.converted(model, name)
    np.testing.assert_array_equal(outputs(model), before)


@pytest.mark.parametrize(
    ("name", "message"), [("fp4", "valid are fastest, float32"), ("float16", "not for this device")]
)
def test_a_precision_that_cannot_be_is_refused(model, name, message):
    with pytest.raises(ModelError, match=message):
        precision.prepare(model, name, "cpu", outputs)
