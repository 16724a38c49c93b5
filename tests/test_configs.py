"""Every config under configs/ loads, and everything that it names can be built."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import OptimWrapperDict
from mmengine.registry import (
    DATASETS,
    HOOKS,
    LOOPS,
    METRICS,
    MODELS,
    PARAM_SCHEDULERS,
    TRANSFORMS,
    VISUALIZERS,
    Registry,
    init_default_scope,
)
from torch import nn

from mmadvent.engine import RepeatedSGD
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers
from tests.toys import CONFIGS

ADVENTS = ("MinEnt", "AdvEnt", "AdaptSegNet", "ClassPrior")  # whose paper weighs them 0.001
LEAVES = sorted(
    str(p.relative_to(CONFIGS)) for p in CONFIGS.rglob("*.py") if "_base_" not in p.parts
)


def load(path: str) -> Config:
    config = Config.fromfile(CONFIGS / path)
    init_default_scope(config.default_scope)
    return config


def build_model(config: Config) -> nn.Module:
    for method in config.model.get("adaptation", []):
        if method.type == "ClassPrior":  # a file that tools/class_prior.py makes from the data
            assert method.prior.startswith("data/") and method.prior.endswith(".json")
            classes = config.model.decode_head.num_classes
            method.prior = [1 / classes] * classes
    if config.model.type == "SemanticTranslator":
        leave_out_files(config.model)
    with torch.device("meta"):  # shapes without memory, and nothing is fetched
        return MODELS.build(config.model)


def leave_out_files(translator: dict) -> None:
    """Those that a translator reads when it is built."""
    for part in (translator.get("reconstruction"), translator.get("content")):
        if part and "class_shares" in part:  # a file that tools/class_prior.py makes
            file = part.pop("class_shares")
            assert file.startswith("data/") and file.endswith(".json")
    segmentor = translator.pop("consistency", None)
    if segmentor:
        trained = f"work_dirs/source_only/{Path(segmentor.config).stem}/"
        assert (CONFIGS.parent / segmentor.config).is_file()
        assert segmentor.checkpoint.startswith(trained)


def assert_registered(registry: Registry, kind: str) -> None:
    with registry.switch_scope_and_registry(None) as scoped:
        assert scoped.get(kind) is not None, f"{kind} is not in {registry.name}"


def datasets(config: Config) -> Iterator[dict]:
    """The data sets of all loaders, and those inside wrappers such as RepeatDataset."""
    loaders = [config.get(f"{name}_dataloader") for name in ("train", "val", "test")]
    if config.train_cfg.type == "UDATrainLoop":
        loaders.append(config.target_dataloader)
    waiting = [x.dataset for x in loaders if x]
    while waiting:
        dataset = waiting.pop()
        yield dataset
        inner = dataset.get("dataset") or dataset.get("datasets") or []
        waiting += inner if isinstance(inner, list) else [inner]


def transforms(pipeline: Any) -> Iterator[dict]:
    """All steps, also those inside a TestTimeAug, which are lists of lists."""
    for step in pipeline:
        if isinstance(step, dict):
            yield step
            yield from transforms(step.get("transforms", []))
        else:
            yield from transforms(step)


TRANSLATORS = [path for path in LEAVES if path.startswith("translation/")]
# Those that have more to show than a method on a pair.
LONG_LEAVES = {
    "advent/deeplabv2_r101_own_data.py": "a user's own data sets and classes, to be copied",
    "advent/ssd300_vgg16_own_data.py": "a user's own boxes and classes, to be copied",
    "minent/retinanet_r50_cs2foggy.py": "a whole detector of mmdet's, to be copied",
}


@pytest.mark.parametrize("path", LEAVES)
def test_a_leaf_has_at_most_three_statements(path):
    source = (CONFIGS / path).read_text()
    statements = ast.parse(source).body
    assert (len(statements) > 3) == (path in LONG_LEAVES)
    assert all(isinstance(one, ast.Assign) for one in statements)
    code = [line for line in source.splitlines() if not line.startswith("#")]
    assert len(code) <= 12 or path in LONG_LEAVES  # as a nested dict is laid out
    # What all leaves of a pair would repeat stands in the pair.
    if path not in LONG_LEAVES:
        assert not re.search("UDATrainLoop|DomainAdapt|model_wrapper_cfg", source)


def test_there_are_configs():
    methods = {path.split("/")[0] for path in LEAVES}
    assert {"advent", "minent", "oracle", "source_only"} <= methods


@pytest.mark.parametrize("path", LEAVES)
def test_model_optimizers_and_schedules_build(path):
    config = load(path)
    model = build_model(config)
    adapts = config.train_cfg.type == "UDATrainLoop"
    adapting = path in TRANSLATORS or bool(config.model.get("adaptation"))
    assert adapting == ("model_wrapper_cfg" in config) == adapts
    wrapper = build_optimizers(model, config.optim_wrapper)
    wrappers = list(wrapper.values()) if isinstance(wrapper, OptimWrapperDict) else [wrapper]
    # Of the optimizers themselves: a wrapper's groups end with a stand-in for the base rate.
    groups = [group for one in wrappers for group in one.optimizer.param_groups]
    held = [id(p) for group in groups for p in group["params"]]
    assert len(held) == len(set(held))
    assert {id(p) for p in model.parameters() if p.requires_grad} <= set(held)
    assert config.param_scheduler
    for settings in config.param_scheduler:
        for one in wrappers:
            scheduler = PARAM_SCHEDULERS.build(settings, default_args=dict(optimizer=one))
            before = [group["lr"] for group in one.optimizer.param_groups]
            one.optimizer.step()
            scheduler.step()
            after = [group["lr"] for group in one.optimizer.param_groups]
            assert all(b <= a for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("path", LEAVES)
def test_custom_keys_match_parameters(path):
    config = load(path)
    names = [name for name, _ in build_model(config).named_parameters()]
    keys = config.optim_wrapper.get("paramwise_cfg", {}).get("custom_keys", {})
    for key in keys:
        assert any(key in name for name in names), key


@pytest.mark.parametrize("path", LEAVES)
def test_everything_that_is_named_is_registered(path):
    config = load(path)
    assert_registered(LOOPS, config.train_cfg.type)
    assert_registered(VISUALIZERS, config.visualizer.type)
    for hook in (*config.default_hooks.values(), *config.get("custom_hooks", [])):
        assert_registered(HOOKS, hook.type)
    evaluators = () if path in TRANSLATORS else ("val_evaluator", "test_evaluator")
    for name in evaluators:
        metrics = config[name] if isinstance(config[name], list) else [config[name]]
        for metric in metrics:
            assert_registered(METRICS, metric.type)
    found = list(datasets(config))
    assert len(found) >= (2 if path in TRANSLATORS else 3)
    for dataset in found:
        assert_registered(DATASETS, dataset.type)
        for step in transforms(dataset.get("pipeline", [])):
            assert_registered(TRANSFORMS, step.type)
    for step in transforms(config.get("tta_pipeline", [])):
        assert_registered(TRANSFORMS, step.type)


PAPER = [p for p in LEAVES if re.search(r"deeplabv2_.*(2cs|_cs(?!2))", p)]
OWN = "advent/ssd300_vgg16_own_data.py"
DETECTION = [p for p in LEAVES if "deeplabv2" not in p and p not in TRANSLATORS]
PAIRS = [
    f"deeplabv2_{network}_{direction}"
    for network in ("r101", "vgg16")
    for direction in ("gta2cs", "synthia2cs")
]
METHODS = (
    "source_only", "minent", "minent_er", "minent_cp", "advent", "advent_cp", "adaptsegnet",
    "self_training", "cbst", "esl",
)  # fmt: skip


def test_every_method_of_table_1_has_a_config_for_every_pair():
    assert {f"{method}/{name}.py" for method in METHODS for name in PAIRS} <= set(LEAVES)


@pytest.mark.parametrize("path", PAPER)
def test_numbers_of_the_paper(path):
    config = load(path)
    released = path.endswith("_released.py")
    assert config.optim_wrapper.optimizer == dict(
        type="RepeatedSGD" if released else "SGD", lr=2.5e-4, momentum=0.9, weight_decay=5e-4
    )
    assert config.param_scheduler == [
        dict(type="PolyLR", power=0.9, begin=0, end=250001, eta_min=0.0, by_epoch=False)
    ]
    sixteen = "synthia2cs" in path or "16_classes" in path
    assert config.train_cfg.max_iters == (90000 if sixteen else 120000)
    heads = [config.model.decode_head]
    assert heads[0].loss_decode.loss_weight == 1.0
    if "r101" in path:
        heads.append(config.model.auxiliary_head)
        assert heads[1].loss_decode.loss_weight == 0.1
    rates = config.optim_wrapper.get("paramwise_cfg", {}).get("custom_keys", {})
    assert ("decode_head" in rates) == ("r101" in path)
    for head in heads:
        assert head.dilations == (6, 12, 18, 24)
        assert head.num_classes == len(config.val_dataloader.dataset.get("metainfo", {}).get(
            "classes", range(19)
        ))  # fmt: skip
    assert (heads[0].num_classes == 16) == sixteen
    assert config.val_dataloader.dataset.pipeline[1].scale == (1024, 512)
    methods = config.model.get("adaptation", [])
    for method in methods:
        assert method.get("loss_weight", 1.0) == (0.001 if method.type in ADVENTS else 1.0)
        assert method.get("top_ratio", 1.0) == (0.3 if path.startswith("minent_er/") else 1.0)
        if method.type == "ClassPrior":
            assert method.relaxation == 0.5
        if method.type == "PseudoLabel" and "r101" in path:
            assert method.level_weights == dict(decode=1.0, aux=0.1)
    labeled = config.target_dataloader.dataset.get("pseudo_labels")
    assert bool(labeled) == any(method.type == "PseudoLabel" for method in methods)
    if "discriminator" in config.optim_wrapper:
        adam = config.optim_wrapper.discriminator.optimizer
        assert adam == dict(type="Adam", lr=1e-4, betas=(0.9, 0.99))


@pytest.mark.parametrize(
    "path", [path for path in LEAVES if "synthia" in path and path not in TRANSLATORS]
)
def test_synthia_is_measured_over_16_and_13_classes(path):
    config = load(path)
    classes = config.val_dataloader.dataset.metainfo.classes
    (iou,) = [metric for metric in config.val_evaluator if metric.type == "ClassIoUMetric"]
    assert len(classes) == config.model.decode_head.num_classes == 16
    (left_out,) = iou.without.values()
    assert len(set(classes) - set(left_out)) == 13
    for dataset in datasets(config):
        if dataset.type != "UnlabelledImagesDataset":
            assert dataset.metainfo.classes == classes, dataset.type
        if dataset.type == "SYNTHIADataset":
            assert dict(type="LoadLabelIds", channel="red") in list(dataset.pipeline)


@pytest.mark.parametrize("method", ["advent", "minent"])
def test_steps_of_the_released_code(method):
    config = load(f"{method}/deeplabv2_r101_gta2cs_released.py")
    model = build_model(config)
    wrapper = build_optimizers(model, config.optim_wrapper)
    network = wrapper["network"] if isinstance(wrapper, OptimWrapperDict) else wrapper
    assert (
        isinstance(network.optimizer, RepeatedSGD) and network.optimizer.defaults["decay_adds_up"]
    )
    groups = {id(p): group for group in network.param_groups for p in group["params"]}
    convolutions = {1: 0, 3: 0, 4: 0}
    for name, parameter in model.named_parameters():
        if name.startswith("adaptation.") or not parameter.requires_grad:
            continue
        group = groups[id(parameter)]
        assert (group["momentum"], group["weight_decay"]) == (0.9, 5e-4)
        backbone = name.startswith("backbone.")
        assert group["lr"] == pytest.approx(2.5e-4 if backbone else 2.5e-3), name
        if backbone:
            convolutions[group["repeats"]] += 1
        else:
            assert group["repeats"] == 1
    # How often the released code hands each convolution of the backbone to its optimizer.
    assert convolutions == {1: 1, 3: 99, 4: 4}


@pytest.mark.parametrize("path", [path for path in LEAVES if "ssd300" in path and path != OWN])
def test_detection_is_that_of_the_paper(path):
    config = load(path)
    # 8732 default boxes, the number of SSD300.
    anchors = build_model(config).bbox_head.prior_generator
    sides = (38, 19, 10, 5, 3, 1)
    assert sum(a * side**2 for a, side in zip(anchors.num_base_priors, sides, strict=True)) == 8732
    assert config.model.backbone.init_cfg.checkpoint == "open-mmlab://vgg16_caffe"
    assert config.model.data_preprocessor.std == [1, 1, 1]
    assert config.model.bbox_head.num_classes == 8
    for dataset in datasets(config):
        (resize,) = [step for step in transforms(dataset.pipeline) if step.type == "Resize"]
        assert (tuple(resize.scale), resize.keep_ratio) == ((300, 300), False)
        rendered = "streets" in path
        clear = dataset.type == "CityscapesBoxesDataset"
        assert clear or dataset.fog_density == (0.01 if rendered else 0.02)
    modes = {metric.get("eval_mode") for metric in config.test_evaluator}
    assert {"11points", "area"} <= modes
    for method in config.model.get("adaptation", []):
        assert rendered or method.loss_weight == 0.001
    if "discriminator" in config.optim_wrapper:
        adam = config.optim_wrapper.discriminator.optimizer
        assert adam == dict(type="Adam", lr=1e-4, betas=(0.9, 0.99))


@pytest.mark.parametrize("path", DETECTION)
def test_the_target_is_read_without_annotations(path):
    config = load(path)
    if config.train_cfg.type == "UDATrainLoop":
        target = config.target_dataloader.dataset
        assert not target.get("ann_file")
        loaders = {"LoadAnnotations", "LoadImageFromFile"}
        kinds = {step.type for step in transforms(target.pipeline)}
        assert kinds & loaders == {"LoadImageFromFile"}
    tested = config.test_dataloader.dataset
    if path == OWN:
        assert (tested.type, tested.ann_file) == ("CocoDataset", "test.json")
    else:
        assert (tested.split, tested.ann_file) == ("val", "annotations/instances_val.json")


@pytest.mark.parametrize("path", TRANSLATORS)
def test_translators_fit_their_source(path):
    config = load(path)
    assert (config.val_dataloader, config.val_cfg, config.test_dataloader) == (None, None, None)
    dataset = config.train_dataloader.dataset
    with DATASETS.switch_scope_and_registry(None) as scoped:
        metainfo = dataset.get("metainfo") or scoped.get(dataset.type).METAINFO
    labels = config.model.discriminator.get("num_labels", len(metainfo["classes"]))
    assert labels == len(metainfo["classes"])
    assert ("semantic_weight" in config.model) == ("sem" in path)
    for loader in (config.train_dataloader, config.target_dataloader):
        (crop,) = [step for step in loader.dataset.pipeline if step.type == "RandomCrop"]
        assert all(side % 4 == 0 and side >= 128 for side in crop.crop_size)
    (schedule,) = config.param_scheduler
    assert (2 * schedule.begin, schedule.end) == (config.train_cfg.max_iters,) * 2
    adam = dict(type="Adam", lr=2e-4, betas=(0.5, 0.999))
    assert config.optim_wrapper.optimizer == config.optim_wrapper.discriminator.optimizer == adam


def test_every_translator_has_a_config_for_every_pair():
    methods = ("cyclegan", "cycada", "gan_sem", "gan_sem_weight", "semantic_gan")
    pairs = ("gta2cs", "synthia2cs", "streets", "streets_synthia", "streets_to_camvid")
    assert set(TRANSLATORS) == {f"translation/{m}_{pair}.py" for m in methods for pair in pairs}
