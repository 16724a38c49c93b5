"""The command that tests an ensemble, on the snapshots of a toy training."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from mmseg.apis import inference_model, init_model
from PIL import Image

from mmadvent.segmentation.datasets.cityscapes_classes import CLASSES
from tests.tools.commands import TOOLS, ToyRun, refused, run_here, run_tool
from tests.tools.toy_config import write_child

OTHER = """
model = dict(
    _delete_=True,
    type="EncoderDecoder",
    data_preprocessor=_base_.data_preprocessor,
    backbone=dict(type="ResNet", depth=18, base_channels=8, stem_channels=8),
    decode_head=dict(
        type="FCNHead", in_channels=64, in_index=3, channels=8, num_convs=1, num_classes=19
    ),
    train_cfg=dict(),
    test_cfg=dict(mode="whole"),
)
"""


@pytest.fixture(scope="module")
def members(toy_run: ToyRun, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path]]:
    """The trained toy, and an untrained one of another architecture whose logits are as large."""
    folder = tmp_path_factory.mktemp("other")
    config = write_child(folder, OTHER, base=str(toy_run.config))
    init_default_scope("mmseg")
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(config).model)
    torch.nn.init.normal_(model.decode_head.conv_seg.weight, std=0.1)
    torch.save(dict(state_dict=model.state_dict(), meta={}), folder / "other.pth")
    return [(toy_run.config, toy_run.checkpoint), (config, folder / "other.pth")]


def measures(work_dir: Path) -> dict[str, float]:
    (file,) = work_dir.glob("*/*.json")
    return json.loads(file.read_text())


def test_two_architectures_with_weights(members: list, toy_run: ToyRun, tmp_path: Path) -> None:
    (first, second) = members
    outputs = ["--work-dir", "work", "--out", "out", "--show-dir", "show"]
    options = ["--average", "probabilities", *outputs]
    run_tool("test_ensemble", "--member", *first, 1, "--member", *second, 3, *options, cwd=tmp_path)
    assert len(list((tmp_path / "show").rglob("*.png"))) == 2
    assert measures(tmp_path / "work").keys() >= {"mIoU", "IoU.road", "mean_entropy"}
    models = [init_model(str(c), str(checkpoint), device="cpu") for c, checkpoint in members]
    pictures = toy_run.folder / "data/cityscapes/leftImg8bit/val/aachen"
    found = []
    for picture in sorted(pictures.glob("*.png")):
        shares = [inference_model(m, str(picture)).seg_logits.data.softmax(0) for m in models]
        expected = (shares[0] + 3 * shares[1]).argmax(0).numpy()
        found.append(np.asarray(Image.open(tmp_path / "out/aachen" / picture.name)) == expected)
        assert (shares[0].argmax(0).numpy() != expected).any()
        assert (shares[1].argmax(0).numpy() != expected).any()
    assert len(found) == 2 and np.mean(found) > 0.999


def test_an_ensemble_of_one_measures_as_its_member(
    members: list, toy_run: ToyRun, here: Path
) -> None:
    tool = TOOLS / "test_ensemble.py"
    run_here(tool, "--member", *members[0], "--cfg-options", "load_from=ignored.pth")
    (log,) = toy_run.work_dir.glob("*/vis_data/scalars.json")
    validation = json.loads(log.read_text().splitlines()[-1])
    ours = measures(here / "work_dirs/ensemble/toy")
    for name in ("mIoU", "aAcc", "mean_entropy"):
        assert ours[name] == validation[name]


def test_bad_members(
    members: list, here: Path, capsys: pytest.CaptureFixture, detection_folder: Path
) -> None:
    def sentence(*member: object, more: tuple = ()) -> str:
        first = ("--member", *members[0])
        return refused(capsys, "test_ensemble", *first, "--member", *member, *more)

    config, checkpoint = members[0]
    assert sentence(config) == f"error: --member must be CONFIG CHECKPOINT [WEIGHT], got {config}"
    assert sentence(config, "no.pth") == "error: the checkpoint 'no.pth' does not exist"
    for weight, shown in (("heavy", "'heavy'"), ("0", "0.0")):
        assert sentence(config, checkpoint, weight) == (
            f"error: the weight of '{checkpoint}' must be a finite number > 0, got {shown}"
        )
    assert sentence(*members[1], more=("--average", "votes")) == (
        "error: average must be one of logits, probabilities, got 'votes'"
    )
    detector = detection_folder / "toy.py"
    assert sentence(detector, "x.pth") == (
        f"error: --member must be a segmentor, got the detector '{detector}'"
    )


def test_members_of_other_classes(members: list, here: Path, capsys: pytest.CaptureFixture) -> None:
    config, checkpoint = members[1]
    model = Config.fromfile(config).model
    model.decode_head.num_classes = 7
    child = write_child(here, "model = dict(decode_head=dict(num_classes=7))", base=str(config))
    init_default_scope("mmseg")
    torch.save(dict(state_dict=MODELS.build(model).state_dict()), here / "seven.pth")
    arguments = ["--member", *members[0], "--member", child, "seven.pth"]
    assert refused(capsys, "test_ensemble", *arguments) == (
        "error: the members of an ensemble must have the same classes, but "
        f"'{members[0][1]}' has 19 and 'seven.pth' has 7"
    )
    # All alike, but not as the data.
    assert refused(capsys, "test_ensemble", "--member", child, "seven.pth") == (
        "error: model.decode_head.num_classes must be the number of classes of "
        "RawCityscapesDataset, 19, got 7"
    )


def test_members_of_classes_in_another_order(
    members: list, here: Path, capsys: pytest.CaptureFixture
) -> None:
    config, checkpoint = members[1]
    names = list(CLASSES)
    names[:2] = names[1::-1]
    weights = torch.load(checkpoint)["state_dict"]
    meta = dict(dataset_meta=dict(classes=tuple(names)))
    torch.save(dict(state_dict=weights, meta=meta), here / "turned.pth")
    assert refused(capsys, "test_ensemble", "--member", config, "turned.pth") == (
        "error: the classes of test_dataloader and the ensemble's members must have one order, got "
        "'road' as number 0 and 1"
    )
