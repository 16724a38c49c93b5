"""Configs whose text or settings are wrong."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.faults.case import EITHER, FINE, REFUSED, Case
from tests.faults.mutations import put
from tests.faults.uses import USES

# A whole file.
TEXTS = {
    "a syntax error": b"model = dict(",
    "null bytes": b"model = 1\0",
    "latin-1": "# caf\xe9\nmodel = dict()".encode("latin-1"),
    "an exception": b"raise RuntimeError('own')",
    "an import of nothing": b"import no_such_module_at_all",
    "a base that is missing": b"_base_ = 'none.py'",
    "itself as a base": b"_base_ = 'seg.py'",
    "a base that is a number": b"_base_ = 3",
    "a base that is a folder": b"_base_ = 'data'",
    "a key twice": b"_base_ = ['toy.py', 'self.py']",
    "deep nesting": b"a = " + b"[" * 5000 + b"]" * 5000,
    "no settings": b"a = 1",
}  # fmt: skip

# Setting -> values that are wrong for a training of either half.
BOTH: dict[str, tuple[str, ...]] = {
    "model": ("3", "None", "[]", "x"),
    "model.type": ("None", "3", "NoSuchModel", "EncoderDecoder"),
    "model.backbone": ("3", "None"),
    "model.backbone.type": ("NoSuchBackbone",),
    "model.backbone.depth": ("17", "x", "-1"),
    "model.backbone.no_such_argument": ("1",),
    "model.adaptation": ("3", "x", "[3]"),
    "model.adaptation.0.type": ("NoSuchMethod", "None"),
    "model.adaptation.0.loss_weight": ("-1", "nan", "x", "None"),
    "model.adaptation.0.no_such_argument": ("1",),
    "model.adaptation.0.discriminator.type": ("NoSuchDiscriminator",),
    "model.adaptation.0.discriminator.base_channels": ("0", "-4", "x"),
    "train_dataloader": ("3", "None", "[]"),
    "train_dataloader.batch_size": ("0", "-1", "x", "1.5", "None"),
    "train_dataloader.num_workers": ("-1", "x"),
    "train_dataloader.no_such_argument": ("1",),
    "train_dataloader.sampler": ("None", "x"),
    "train_dataloader.sampler.type": ("NoSuchSampler",),
    "train_dataloader.dataset": ("None", "3"),
    "train_dataloader.dataset.type": ("NoSuchDataset", "None"),
    "train_dataloader.dataset.no_such_argument": ("1",),
    "train_dataloader.dataset.data_root": ("nowhere", "3", "''"),
    "train_dataloader.dataset.pipeline": ("None", "3", "[]", "[3]"),
    "train_dataloader.dataset.pipeline.0.type": ("NoSuchTransform",),
    "train_dataloader.dataset.pipeline.0.no_such_argument": ("1",),
    "target_dataloader": ("None", "3"),
    "target_dataloader.dataset.type": ("NoSuchDataset",),
    "target_dataloader.dataset.data_prefix.img_path": ("nowhere", "3"),
    "target_dataloader.dataset.data_prefix.img": ("nowhere",),
    "val_dataloader.dataset.type": ("NoSuchDataset",),
    "val_dataloader": ("None", "3"),
    "val_evaluator": ("None", "3", "[3]"),
    "val_evaluator.0.type": ("NoSuchMetric",),
    "val_cfg": ("None", "3"),
    "train_cfg": ("None", "3"),
    "train_cfg.type": ("NoSuchLoop", "IterBasedTrainLoop"),
    "train_cfg.max_iters": ("0", "-1", "x", "None", "1.5", "nan"),
    "train_cfg.val_interval": ("0", "x"),
    "train_cfg.val_begin": ("-1", "x", "None"),
    "train_cfg.dynamic_intervals": ("3", "[1,2]", "[[1,2]]", "[(1,0)]", "[(3,1),(1,1)]"),
    "train_cfg.no_such_argument": ("1",),
    "optim_wrapper": ("None", "3", "[]"),
    "optim_wrapper.type": ("NoSuchWrapper",),
    "optim_wrapper.constructor": ("NoSuchConstructor",),
    "optim_wrapper.optimizer": ("None", "3"),
    "optim_wrapper.optimizer.type": ("NoSuchOptimizer", "None"),
    "optim_wrapper.optimizer.lr": ("-1", "x", "None", "nan", "inf"),
    "optim_wrapper.optimizer.momentum": ("-1", "x"),
    "optim_wrapper.optimizer.no_such_argument": ("1",),
    "optim_wrapper.discriminator": ("None", "3"),
    "optim_wrapper.discriminator.optimizer.lr": ("-1", "x", "nan"),
    "optim_wrapper.accumulative_counts": ("0", "x"),
    "optim_wrapper.clip_grad": ("3", "x"),
    "param_scheduler": ("3", "x", "[3]"),
    "param_scheduler.0.type": ("NoSuchSchedule",),
    "param_scheduler.0.power": ("x",),
    "param_scheduler.0.no_such_argument": ("1",),
    "default_hooks": ("3", "x"),
    "default_hooks.checkpoint.interval": ("0", "x"),
    "default_hooks.checkpoint.type": ("NoSuchHook",),
    "default_hooks.logger.interval": ("0", "x"),
    "default_hooks.logger.no_such_argument": ("1",),
    "custom_hooks": ("3", "[3]"),
    "load_from": ("none.pth", "3", "data"),
    "default_scope": ("none", "3"),
    "randomness.seed": ("x",),
    "randomness": ("None",),
    "randomness.deterministic": ("x", "3"),
    "randomness.diff_rank_seed": ("x",),
    "randomness.no_such_argument": ("1",),
    "work_dir": ("3",),
    "visualizer": ("3", "[]"),
    "visualizer.type": ("NoSuchVisualizer",),
    "visualizer.no_such_argument": ("1",),
    "visualizer.vis_backends": ("3", "[3]"),
    "visualizer.vis_backends.0.type": ("NoSuchBackend",),
    "visualizer.vis_backends.0.no_such_argument": ("1",),
    "log_processor": ("3", "[]"),
    "log_processor.type": ("NoSuchProcessor",),
    "log_processor.no_such_argument": ("1",),
    "log_processor.custom_cfg": ("3",),
    "runner_type": ("NoSuchRunner", "3"),
    "custom_hooks.0.type": ("NoSuchHook",),
    "env_cfg": ("3", "None"),
    "env_cfg.cudnn_benchmark": ("x",),
    "env_cfg.mp_cfg": ("None", "3"),
    "env_cfg.mp_cfg.mp_start_method": ("x", "3"),
    "env_cfg.mp_cfg.opencv_num_threads": ("x",),
    "env_cfg.mp_cfg.no_such_argument": ("1",),
    "env_cfg.dist_cfg": ("3",),
    "env_cfg.dist_cfg.backend": ("3",),
    "env_cfg.resource_limit": ("x",),
    "env_cfg.no_such_argument": ("1",),
    "auto_scale_lr.enable": ("x", "True"),
    "auto_scale_lr.base_batch_size": ("0", "x"),
    "log_level": ("LOUD",),
    "optim_wraper.optimizer.lr": ("3",),
}
SEGMENTATION = {
    "model.decode_head.num_classes": ("1", "0", "-1", "18", "20", "x"),
    "model.decode_head.in_channels": ("3", "x"),
    "model.decode_head.ignore_index": ("None", "x"),
    "model.decode_head.no_such_argument": ("1",),
    "model.data_preprocessor.type": ("NoSuchPreprocessor",),
    "model.level_weights": ("3", "x", "[-1]"),
    "train_dataloader.dataset.label_ids": ("3", "{'road': 999999}"),
    "train_dataloader.dataset.ann_file": ("none.txt",),
    "train_dataloader.dataset.reduce_zero_label": ("True",),
    "train_dataloader.dataset.img_suffix": (".xyz", "3"),
}  # fmt: skip
DETECTION = {
    "model.bbox_head.num_classes": ("1", "0", "9", "x"),
    "model.bbox_head.no_such_argument": ("1",),
    "model.level_weights": ("[1.0]", "x"),
    "train_dataloader.dataset.ann_file": ("none.json", "3"),
    "target_dataloader.dataset.fog_density": ("-1", "x", "0.01"),
    "train_dataloader.dataset.metainfo": ("3", "{'classes': ['none']}"),
}  # fmt: skip
TEST: dict[str, tuple[str, ...]] = {
    "test_dataloader": ("None", "3"),
    "test_dataloader.batch_size": ("0", "x"),
    "test_dataloader.dataset.type": ("NoSuchDataset",),
    "test_dataloader.dataset.pipeline": ("[]", "3"),
    "test_evaluator": ("None", "3", "[]"),
    "test_evaluator.0.type": ("NoSuchMetric",),
    "test_evaluator.0.no_such_argument": ("1",),
    "test_cfg": ("None", "3"),
    "test_cfg.type": ("NoSuchLoop",),
    "default_hooks.visualization": ("None", "3"),
    "default_scope": ("none",),
}
ADAPTING = "test_cfg.type=TestTimeAdaptationLoop"
TEST_TIME: dict[str, tuple[str, ...]] = {
    "test_cfg.adaptation": ("3", "None", "[3]", "NoSuchMethod", "AdvEnt", "[dict(loss_weight=1)]"),
    "test_cfg.adaptation.type": ("MinEnt",),
    "test_cfg.optim_wrapper": ("3",),
    "test_cfg.optim_wrapper.type": ("NoSuchWrapper",),
    "test_cfg.optim_wrapper.optimizer": ("3", "None"),
    "test_cfg.optim_wrapper.optimizer.type": ("NoSuchOptimizer",),
    "test_cfg.optim_wrapper.optimizer.lr": ("x", "-1"),
    "test_cfg.optim_wrapper.no_such_argument": ("1",),
    "test_cfg.parameters": ("x",),
    "test_cfg.steps": ("-1", "x"),
    "test_cfg.episodic": ("x",),
    "test_cfg.batch_statistics": ("x",),
    "test_cfg.save_as": ("3", "a.txt"),
}
# What upstream takes, or what turns a part off.
ALLOWED = {
    ("train_dataloader.sampler", "None"),
    ("optim_wrapper.discriminator", "None"), ("load_from", "None"),
    ("train_dataloader.dataset.pipeline.0.no_such_argument", "1"), ("randomness.seed", "x"),
    ("work_dir", "3"), ("model.adaptation.0.loss_weight", "None"), ("default_scope", "none"),
    ("optim_wrapper.clip_grad", "x"), ("train_dataloader.dataset.data_root", "3"),
    ("optim_wrapper.optimizer.momentum", "x"), ("optim_wrapper.accumulative_counts", "x"),
    ("test_evaluator.0.no_such_argument", "1"), ("train_dataloader.dataset.data_root", "''"),
    ("train_dataloader.dataset.reduce_zero_label", "True"),
}  # fmt: skip
# Settings that look odd and are right.
LOADER = "train_dataloader"
RIGHT = {"idle workers": (f"{LOADER}.num_workers=0", f"{LOADER}.persistent_workers=True")}
OPTIONS = ("model", "=3", "model.=3", ".=3", "a.b.c=1=2", "model=[", "model=" + "(" * 2000, "")

# Command lines that look at some of these settings only.
OTHERS = ("export a segmentor", "make pseudo-labels", "count operations", "count classes")
OF_OTHERS = (
    "model=3",
    "model.type=NoSuchModel",
    "train_dataloader=3",
    "test_dataloader=3",
    "target_dataloader=3",
)


def cases() -> Iterator[Case]:
    train = USES["train"]
    for name, text in TEXTS.items():
        for title in ("train", "test", "browse"):
            use = USES[title]
            spoil = partial(_replace, text)
            yield Case(
                "config",
                f"{title}: {name}",
                use.tool,
                use.arguments,
                spoil,
                "seg.py" if name != "no settings" else "",
            )
    for title, tables in (
        ("train", (BOTH, SEGMENTATION)),
        ("train a detector", (BOTH,)),
        ("test", (TEST,)),
        ("test a detector", (TEST,)),
    ):
        wrong = [(key, value) for table in tables for key in table for value in table[key]]
        # Both halves share what reads them.
        step = 3 if "detector" in title else 1
        for key, value in wrong[::step]:
            yield _setting(title, key, value)
    for key, values in TEST_TIME.items():
        for value in values:
            yield _setting("test", key, value, ADAPTING)
    for key, values in DETECTION.items():
        for value in values:
            yield _setting("train a detector", key, value)
    for name, options in RIGHT.items():
        arguments = (*train.arguments, "--cfg-options", *options)
        yield Case("config", name, "train", arguments, expect=FINE)
    for value in OPTIONS:
        arguments = (*train.arguments, "--cfg-options", value)
        yield Case("config", f"option {value[:20]!r}", "train", arguments)
    for title in OTHERS:
        use = USES[title]
        for option in OF_OTHERS:
            arguments = (*use.arguments, "--cfg-options", option)
            yield Case("config", f"{title}: {option}", use.tool, arguments, expect=EITHER)


def _setting(title: str, key: str, value: str, *before: str) -> Case:
    use = USES[title]
    arguments = (*use.arguments, "--cfg-options", *before, f"{key}={value}")
    expect = EITHER if (key, value) in ALLOWED else REFUSED
    return Case("config", f"{title}: {key}={value}", use.tool, arguments, expect=expect)


def _replace(text: bytes, folder: Path) -> None:
    put(folder / "seg.py", text)
