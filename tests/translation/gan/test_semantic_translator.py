"""The translator: what each assembly asks, what reads labels, arguments."""

from pathlib import Path

import pytest
import torch
from mmengine.registry import MODELS

from mmadvent.errors import InputError
from tests.toys import toy_batch
from tests.translation_toys import (
    CLASSES,
    L1,
    SHARES,
    adams,
    build_translator,
    domains,
    toy_translator,
    write_segmentor,
)

TWO_WAY = {f"{d}.loss_{k}" for d in ("to_target", "to_source") for k in
           ("adversarial", "reconstruction", "identity")} | {
           f"of_{d}.loss_adversarial" for d in ("target", "source")}  # fmt: skip
ONE_WAY = {"to_target.loss_adversarial", "of_target.loss_adversarial"}
SEMANTIC = {"to_target.loss_semantic", "of_target.loss_semantic"}
ASKED = {
    "cyclegan": TWO_WAY,
    "semantic_gan": TWO_WAY | SEMANTIC | {"of_source.loss_semantic"},
    "gan_sem": ONE_WAY | SEMANTIC,
    "gan_sem_weight": ONE_WAY | SEMANTIC | {"to_target.loss_content"},
}


def losses_of(log: dict) -> set[str]:
    return {key for key in log if ".loss_" in key}


@pytest.mark.parametrize("method", ASKED)
def test_losses_and_movement(method: str) -> None:
    model = build_translator(toy_translator(method))
    before = {name: p.clone() for name, p in model.named_parameters()}
    log = model.train_step(domains(0, 2), adams(model))
    assert losses_of(log) == ASKED[method]
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:  # an instance norm takes most biases away
            assert not torch.equal(parameter, before[name]), name
    assert all(torch.isfinite(value).all() for value in log.values())


def test_no_gradient_crosses_over() -> None:
    model = build_translator(toy_translator("semantic_gan"))
    generators, discriminators = (
        list(part.parameters()) for part in (model.generators, model.discriminators)
    )
    optimizers = adams(model, accumulative_counts=3)
    optimizers["network"].zero_grad()
    seen = []
    backward = optimizers["network"].backward

    def watch(loss: torch.Tensor) -> None:
        backward(loss)
        seen.append(all(p.grad is None for p in discriminators))

    optimizers["network"].backward = watch
    model.train_step(domains(0), optimizers)
    assert seen == [True, True]
    assert all(p.grad is not None for p in generators)
    assert all(p.requires_grad for p in discriminators)


def test_labels_of_the_target_are_never_read() -> None:
    logs = []
    for labels in (None, CLASSES):
        model = build_translator(toy_translator("semantic_gan"))
        data = dict(source=domains(0)["source"], target=toy_batch(7, num_classes=labels))
        data["target"]["inputs"] = toy_batch(7)["inputs"]
        logs.append(model.train_step(data, adams(model)))
    assert all(torch.equal(logs[0][key], logs[1][key]) for key in logs[0])


def test_cyclegan_reads_no_label_and_the_semantic_ones_say_what_is_missing() -> None:
    data = domains(0)
    for sample in data["source"]["data_samples"]:
        del sample.gt_sem_seg
    plain = build_translator(toy_translator("cyclegan", reconstruction=None))
    plain.train_step(data, adams(plain))
    semantic = build_translator(toy_translator("semantic_gan"))
    with pytest.raises(InputError) as caught:
        semantic.train_step(data, adams(semantic))
    assert str(caught.value) == (
        "the source of SemanticTranslator needs labels: its pipeline must have a step such as "
        "LoadLabelIds"
    )


def test_what_it_knows_of_classes(tmp_path: Path) -> None:
    file = tmp_path / "shares.json"
    file.write_text('{"classes": ["a", "b"], "prior": [0.5, 0.5]}')
    consistency = write_segmentor(tmp_path)
    content = dict(L1, class_shares=str(file))
    model = build_translator(
        toy_translator("semantic_gan", content=content, consistency=consistency)
    )
    assert model.class_counts == {
        "discriminator.num_labels": 5,
        "reconstruction.class_shares": 5,
        "content.class_shares": 2,
        "consistency.config": 5,
    }
    assert [part.classes for part in model.class_tables] == [None, ("a", "b")]
    plain = build_translator(toy_translator("gan_sem"))
    assert (plain.class_counts, plain.class_tables) == ({"discriminator.num_labels": 5}, [])


def test_outside_a_step_it_translates() -> None:
    model = build_translator(toy_translator())
    images = torch.rand(1, 3, 32, 32)
    assert torch.equal(model(images), model.generators["target"](images))
    assert torch.equal(model.translate(images, "source"), model.generators["source"](images))


def test_both_domains_have_one_size() -> None:
    model = build_translator(toy_translator())
    data = dict(
        source=domains(0, size=(64, 64))["source"], target=domains(0, size=(32, 64))["target"]
    )
    with pytest.raises(InputError) as caught:
        model.train_step(data, adams(model))
    assert str(caught.value) == (
        "the images of source and target must have one size after their pipelines, got 64x64 and "
        "64x32"
    )


def test_a_source_is_needed() -> None:
    model = build_translator(toy_translator())
    with pytest.raises(InputError, match="SemanticTranslator needs a source, got the target alone"):
        model.train_step({"target": domains(0)["target"]}, adams(model))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (dict(objective="hinge"), "model.objective must be one of cross_entropy, least_squares"),
        (dict(two_way=False), "model.reconstruction and model.identity need model.two_way=True"),
        (dict(semantic_weight=1.0), "model.semantic_weight needs model.discriminator.type="),
        (dict(adversarial_weight=-1), "model.adversarial_weight must be a finite number >= 0"),
        (
            dict(identity=dict(L1, class_shares=SHARES)),
            "model.identity looks at no label: it must have no class_shares",
        ),
        (
            dict(data_preprocessor=dict(type="SegDataPreProcessor", bgr_to_rgb=True)),
            "model.data_preprocessor must map BGR pixels to [-1, 1], by mean and std",
        ),
        (dict(pool_size=-1), "pool_size must be an integer >= 0, got -1"),
    ],
)
def test_arguments(changes: dict, text: str) -> None:
    with pytest.raises(InputError) as caught:
        MODELS.build(toy_translator(**changes))
    assert text in str(caught.value)
