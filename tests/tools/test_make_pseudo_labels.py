"""The command line over a toy training's checkpoint."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from PIL import Image

from mmadvent.cli.command_line import load_config
from mmadvent.segmentation.pseudo_labels.making import make_pseudo_labels
from mmadvent.segmentation.pseudo_labels.rules import ClassBalancedRule
from tests.tools.commands import TOOLS, ToyRun, files_below, refused, run_here
from tests.tools.toy_config import write_child

IMAGES = "cityscapes/leftImg8bit/train/aachen"


def make(*arguments: object) -> None:
    run_here(TOOLS / "make_pseudo_labels.py", *arguments)


def probabilities(run: ToyRun, image: Path) -> np.ndarray:
    """Of the trained network, (C, pixels), with neither the data set nor the predictor."""
    init_default_scope("mmseg")
    model = MODELS.build(Config.fromfile(run.config).model)
    weights = torch.load(run.checkpoint, weights_only=False)["state_dict"]
    model.load_state_dict(weights)
    model.eval()
    pixels = np.asarray(Image.open(image).convert("RGB"))[..., ::-1].astype(np.float32)
    mean = np.array([104.00698793, 116.66876762, 122.67891434], np.float32)
    inputs = torch.from_numpy(((pixels - mean) / 57).transpose(2, 0, 1))[None]
    with torch.no_grad():
        logits = model.target_forward(inputs).levels[0].upsampled()
    return logits.softmax(dim=1)[0].flatten(1).numpy()


def test_it_writes_what_the_network_is_sure_of(
    toy_run: ToyRun, here: Path, capsys: pytest.CaptureFixture
) -> None:
    make(toy_run.config, toy_run.checkpoint, "out", "--rule", "entropy", "--floor", 0)
    images = sorted((toy_run.folder / "data" / IMAGES).iterdir())
    assert len(images) == 4
    p = [probabilities(toy_run, image) for image in images]
    every = np.concatenate(p, axis=1)
    entropy = -(every * np.log(every)).sum(axis=0) / np.log(19)
    note = json.loads(Path("out/pseudo_labels.json").read_text())
    predicted = np.bincount(every.argmax(axis=0), minlength=19)
    assert np.abs(np.array(note["predicted"]) - predicted).sum() <= 4
    for index in np.flatnonzero(predicted > 100):
        median = np.median(entropy[every.argmax(axis=0) == index])
        assert note["thresholds"][index] == pytest.approx(median, abs=1e-4)
    labeled = np.zeros(19, np.int64)
    for image, probability in zip(images, p, strict=True):
        written = np.asarray(Image.open(Path("out/aachen") / image.name)).ravel()
        classes = probability.argmax(axis=0)
        kept = written != 255
        assert (written[kept] == classes[kept]).mean() > 0.999
        labeled += np.bincount(written, minlength=256)[:19]
    assert note["labelled"] == labeled.tolist()
    assert 0.49 < labeled.sum() / (4 * 64 * 64) < 0.55
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "| class | threshold | predicted % | kept % |"
    assert out[2].startswith("| road | ") and out[-2].startswith("| all |  | 100.0 | 5")
    assert out[-1] == "out: 4 pseudo-labels made, 0 were there"
    assert note["rule"] == dict(name="entropy", quantile=0.5, floor=0.0)
    assert note["classes"][:2] == ["road", "sidewalk"]
    assert note["checkpoint"]["file"] == str(toy_run.checkpoint)
    # Four labels, their folder, and the note.
    assert len(files_below(Path("out"))) == 6


def test_it_goes_on_where_it_was_interrupted(
    toy_run: ToyRun, here: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = (toy_run.config, toy_run.checkpoint, "out", "--rule", "class_balanced")
    make(*arguments)
    table = capsys.readouterr().out.splitlines()[:-1]
    files = sorted(Path("out/aachen").iterdir())
    before = [path.read_bytes() for path in files]
    note = Path("out/pseudo_labels.json")
    finished = note.read_text()
    files[1].unlink()
    note.write_text(json.dumps(json.loads(finished) | dict(labelled=None)))
    make(*arguments)
    assert capsys.readouterr().out.splitlines() == [
        *table,
        "out: 1 pseudo-labels made, 3 were there",
    ]
    assert note.read_text() == finished
    assert [path.read_bytes() for path in files] == before
    make(*arguments)
    assert capsys.readouterr().out.splitlines() == [
        *table,
        "out: 0 pseudo-labels made, 4 were there",
    ]

    assert refused(capsys, "make_pseudo_labels", *arguments, "--portion", 0.3) == (
        "error: 'out' holds pseudo-labels of other settings (rule): choose another folder or "
        "remove it"
    )
    other = toy_run.work_dir / "iter_2.pth"
    assert refused(capsys, "make_pseudo_labels", toy_run.config, other, *arguments[2:]) == (
        "error: 'out' holds pseudo-labels of other settings (checkpoint): choose another folder or "
        "remove it"
    )


def test_the_function_gives_what_the_command_line_gives(toy_run: ToyRun, here: Path) -> None:
    checkpoint = str(toy_run.checkpoint)
    rule = ("--rule", "class_balanced", "--portion", 0.3)
    make(toy_run.config, checkpoint, "by_command", *rule)
    config = load_config(str(toy_run.config))
    made = make_pseudo_labels(config, checkpoint, Path("by_function"), ClassBalancedRule(0.3))
    assert (made.made, made.found) == (4, 0)
    again = make_pseudo_labels(config, checkpoint, Path("by_function"), ClassBalancedRule(0.3))
    assert (again.made, again.found, again.note) == (0, 4, made.note)
    contents = [
        {path.relative_to(out): path.read_bytes() for path in Path(out).rglob("*.*")}
        for out in ("by_command", "by_function")
    ]
    assert len(contents[0]) == 5
    assert contents[0] == contents[1]


def test_labels_have_the_size_of_the_networks_input(toy_run: ToyRun, here: Path) -> None:
    scale = "target_dataloader.dataset.pipeline.1.scale=(48,32)"
    rule = ("--rule", "confidence", "--threshold", 0)
    make(toy_run.config, toy_run.checkpoint, "out", *rule, "--cfg-options", scale)
    for path in Path("out/aachen").iterdir():
        image = Image.open(path)
        assert (image.mode, image.size) == ("L", (48, 32))
        # From a probability of 0 on, every pixel is labelled.
        assert np.asarray(image).max() < 19


def test_an_image_that_is_listed_twice_has_its_own_label(toy_run: ToyRun, here: Path) -> None:
    make(toy_run.config, toy_run.checkpoint, "once", "--rule", "class_balanced")
    text = """
once = _base_.target_dataloader.dataset
twice = dict(type="RepeatDataset", times=2, dataset=dict(once, pattern="*_000001_*"))
both = dict(type="ConcatDataset", datasets=[twice, once], _delete_=True)
target_dataloader = dict(dataset=both)
"""
    child = write_child(here, text, base=str(toy_run.config))
    make(child, toy_run.checkpoint, "twice", "--rule", "class_balanced")
    notes = [json.loads(Path(out, "pseudo_labels.json").read_text()) for out in ("once", "twice")]
    for key in ("thresholds", "predicted", "labelled"):
        assert notes[0][key] == notes[1][key]
    names = sorted(path.name for path in Path("once/aachen").iterdir())
    assert names == sorted(path.name for path in Path("twice/aachen").iterdir())
    for name in names:
        assert Path("twice/aachen", name).read_bytes() == Path("once/aachen", name).read_bytes()


def test_labels_of_other_images_or_another_model_are_not_mixed(
    toy_run: ToyRun, here: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = (toy_run.config, toy_run.checkpoint, "out", "--rule", "entropy")
    make(*arguments)
    before = files_below(Path("out"))
    for option, name in (
        ("target_dataloader.dataset.pattern=*_000001_*", "image_list"),
        ("model.data_preprocessor.std=[50.0,50.0,50.0]", "model"),
    ):
        found = refused(capsys, "make_pseudo_labels", *arguments, "--cfg-options", option)
        assert found == (
            f"error: 'out' holds pseudo-labels of other settings ({name}): choose another folder "
            "or remove it"
        )
    # What only trains is no setting of the labels.
    make(*arguments, "--cfg-options", "model.adaptation.0.loss_weight=0.01")
    assert files_below(Path("out")) == before


BAD = {
    ("--rule", "magic"): "rule must be one of entropy, confidence, class_balanced, got 'magic'",
    ("--rule", "confidence"): (
        "the rule confidence needs either portion or threshold, got neither"
    ),
    ("--rule", "entropy", "--portion", 0.2): "the rule entropy has quantile and floor, got portion",
    ("--rule", "entropy", "--quantile", 2): "quantile must be in [0, 1], got 2.0",
}


@pytest.mark.parametrize("arguments", BAD)
def test_bad_rules(arguments: tuple, here: Path, capsys: pytest.CaptureFixture) -> None:
    command = ("no.py", "no.pth", "out", *arguments)
    assert refused(capsys, "make_pseudo_labels", *command) == f"error: {BAD[arguments]}"


def test_bad_input(toy_run: ToyRun, here: Path, capsys: pytest.CaptureFixture) -> None:
    def sentence(config: object, checkpoint: object, *more: object) -> str:
        rule = ("--rule", "entropy")
        return refused(capsys, "make_pseudo_labels", config, checkpoint, "out", *rule, *more)

    good = toy_run.config, toy_run.checkpoint
    assert sentence("no.py", "no.pth") == "error: the config 'no.py' does not exist"
    assert sentence(good[0], "no.pth") == "error: the checkpoint 'no.pth' does not exist"
    assert sentence(*good, "--cfg-options", "target_dataloader=None") == (
        "error: target_dataloader must be the dataloader of the unlabelled target images, got None"
    )
    moved = "target_dataloader.dataset.data_root=nowhere"
    assert sentence(*good, "--cfg-options", moved) == (
        "error: UnlabelledImagesDataset: the folder 'nowhere/leftImg8bit/train' does not exist; it "
        "should hold the unlabelled images of the target"
    )
    child = write_child(
        here,
        "model = dict(decode_head=dict(num_classes=7), auxiliary_head=dict(num_classes=7))",
        base=str(toy_run.config),
    )
    assert sentence(child, good[1]).startswith(
        f"error: the checkpoint '{good[1]}' is not of the config's model: "
    )
    plain = ("--cfg-options", "model.type=EncoderDecoder")
    assert sentence(*good, *plain) == (
        "error: pseudo-labels are predictions of a DomainAdaptSegmentor, got EncoderDecoder"
    )
    many = "model = dict(decode_head=dict(num_classes=256), auxiliary_head=dict(num_classes=256))"
    child = write_child(here, many, base=str(toy_run.config))
    config = Config.fromfile(child)
    init_default_scope("mmseg")
    torch.save(MODELS.build(config.model).state_dict(), "many.pth")
    assert sentence(child, "many.pth") == ("error: pseudo-labels need at most 255 classes, got 256")
    Path("out").mkdir()
    Path("out/notes.txt").touch()
    assert sentence(*good) == (
        "error: 'out' must be free or hold pseudo-labels that this tool made, found other files"
    )
