"""What a test's options make of a config; whole tests are run over toys."""

from pathlib import Path

import pytest
from mmengine.config import Config
from mmseg.evaluation import IoUMetric
from mmseg.models import EncoderDecoder

from mmadvent.cli import test
from mmadvent.cli.test import use_test_time_adaptation, use_tta, with_flips, write_detections
from mmadvent.engine import TestTimeAdaptationLoop
from mmadvent.errors import InputError
from mmadvent.segmentation.metrics import MeanEntropyMetric
from tests.cli.parsing import parse


def test_flips_keep_the_image_as_it_is_first() -> None:
    pipeline = [dict(type="Load"), dict(type="Pack", meta_keys=("img_path", "flip"))]
    load, augment = with_flips(pipeline)
    assert load == pipeline[0] and augment["type"] == "TestTimeAug"
    flips, (pack,) = augment["transforms"]
    assert [flip["prob"] for flip in flips] == [0.0, 1.0]
    assert pack["meta_keys"] == ("img_path", "flip", "flip_direction")


def test_tta_needs_its_settings() -> None:
    with pytest.raises(InputError, match="^--tta needs tta_model in the config$"):
        use_tta(Config(dict(tta_pipeline=[])))


def test_tta_leaves_out_metrics_of_logits() -> None:
    kinds = ("mmseg.MeanEntropyMetric", MeanEntropyMetric, IoUMetric)
    config = Config(
        dict(
            tta_model=dict(type="A"),
            tta_pipeline=[dict(type="B")],
            model=dict(type="C"),
            test_dataloader=dict(dataset={}),
            test_evaluator=[dict(type=kind) for kind in kinds],
        )
    )
    use_tta(config)
    assert [metric.type for metric in config.test_evaluator] == [IoUMetric]


@pytest.mark.parametrize("kind", ["mmengine.TestTimeAdaptationLoop", TestTimeAdaptationLoop])
def test_the_loop_s_type_may_be_written_otherwise(
    kind: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(dict(model=dict(type="EncoderDecoder"), test_cfg=dict(type=kind)))
    monkeypatch.setattr(test, "load_config", lambda *_: config)
    monkeypatch.setattr(test, "run_test", lambda *_: None)
    test.run(parse("test", "a.py", "a.pth"))
    assert config.model.type == "DomainAdaptSegmentor"


def test_tta_of_a_detector_needs_steps() -> None:
    for dataset, sentence in (
        (None, "test_dataloader.dataset must be a dict, got none"),
        ({}, "test_dataloader.dataset.pipeline must be a list of dicts with a type, got None"),
        (
            dict(pipeline=[]),
            "--tta needs steps in test_dataloader.dataset.pipeline, got none",
        ),
    ):
        with pytest.raises(InputError) as error:
            use_tta(Config(dict(default_scope="mmdet", test_dataloader=dict(dataset=dataset))))
        assert str(error.value) == sentence


def test_detections_are_pickled() -> None:
    config = Config(dict(test_evaluator=dict(type="CocoMetric")))
    with pytest.raises(InputError) as error:
        write_detections(config, "out.json")
    assert str(error.value) == ("--out of a detector must end in .pkl or .pickle, got 'out.json'")
    write_detections(config, "out.pkl")
    assert [metric["type"] for metric in config.test_evaluator] == ["CocoMetric", "DumpDetResults"]


def test_a_test_has_metrics() -> None:
    for settings in ({}, dict(test_evaluator=None), dict(test_evaluator=[])):
        with pytest.raises(InputError) as error:
            write_detections(Config(settings), "out.pkl")
        assert str(error.value) == "a config for testing must have test_evaluator, got none"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("EncoderDecoder", "DomainAdaptSegmentor"),
        ("mmseg.EncoderDecoder", "DomainAdaptSegmentor"),
        (EncoderDecoder, "DomainAdaptSegmentor"),
        ("mine.EncoderDecoder", "mine.EncoderDecoder"),
        ("SSD", "SSD"),
    ],
)
def test_a_plain_segmentor_adapts_at_test_time(kind: str, expected: str) -> None:
    config = Config(dict(model=dict(type=kind)))
    use_test_time_adaptation(config)
    assert config.model.type == expected
    with pytest.raises(InputError, match="^model must be a dict, got none$"):
        use_test_time_adaptation(Config({}))
