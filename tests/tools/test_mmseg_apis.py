from pathlib import Path

import numpy as np
import pytest
from mmseg.apis import MMSegInferencer, inference_model, init_model

from tests.tools.commands import ToyRun


@pytest.fixture
def picture(toy_run: ToyRun) -> Path:
    folder = toy_run.folder / "data/cityscapes/leftImg8bit/val"
    return min(folder.rglob("*.png"))


def test_inference_model_and_inferencer_agree(toy_run: ToyRun, picture: Path) -> None:
    files = str(toy_run.config), str(toy_run.checkpoint)
    model = init_model(*files, device="cpu")
    result = inference_model(model, str(picture))
    labels = result.pred_sem_seg.data[0].numpy()
    assert labels.shape == (64, 64)
    assert len(model.dataset_meta["classes"]) == 19

    inferencer = MMSegInferencer(*files, device="cpu")
    assert np.array_equal(inferencer(str(picture))["predictions"], labels)
