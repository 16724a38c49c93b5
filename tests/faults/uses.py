"""A right call of each command line, and its inputs and outputs: what the sweep spoils."""

from dataclasses import dataclass, field

CONFIG, CHECKPOINT, IMAGE, LABEL = "config", "checkpoint", "image", "label"
JSON, LOG, FOLDER, POINTER = "json", "log", "folder", "pointer"

SOURCE, SOURCE_LABEL = "data/GTA5/images/00000.png", "data/GTA5/labels/00000.png"
STEM = "aachen/aachen_000000_000019"
TARGET = f"data/cityscapes/leftImg8bit/train/{STEM}_leftImg8bit.png"
VAL = f"data/cityscapes/leftImg8bit/val/{STEM}_leftImg8bit.png"
VAL_LABEL = f"data/cityscapes/gtFine/val/{STEM}_gtFine_labelIds.png"
BOXED = f"boxed/leftImg8bit/train/{STEM}_leftImg8bit.png"
FOGGY = f"boxed/leftImg8bit_foggy/train/{STEM}_leftImg8bit_foggy_beta_0.02.png"
FOGGY_VAL = f"boxed/leftImg8bit_foggy/val/{STEM}_leftImg8bit_foggy_beta_0.02.png"
COCO_TRAIN, COCO_VAL = (f"boxed/annotations/instances_{split}.json" for split in ("train", "val"))
CLEAR = "clear/leftImg8bit/train/ulm/ulm_000000_000019_leftImg8bit.png"
DISPARITY = "clear/disparity/train/ulm/ulm_000000_000019_disparity.png"
CAMERA = "clear/camera/train/ulm/ulm_000000_000019_camera.json"
INSTANCES = "boxes/gtFine/train/bonn/bonn_000000_000019_gtFine_instanceIds.png"
LAST = "work/iter_2.pth"
LAST_DET = "work_det/iter_2.pth"
LAST_GAN = "work_gan/iter_2.pth"
PREDICTION = "maps/aachen/aachen_000000_000019_leftImg8bit.png"
PSEUDO_NOTE = "pseudo/pseudo_labels.json"
SCALARS = "runs/seed0/minent/20260101_000000/vis_data/scalars.json"


@dataclass(frozen=True)
class Use:
    """A right command line.

    Attributes:
        tool: of ``tools/``.
        arguments: after its name.
        inputs: path -> kind.
        outputs: path -> whether it is a ``file`` or a ``folder``.
    """

    tool: str
    arguments: tuple[str, ...]
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)


SEGMENTATION_DATA = {
    SOURCE: IMAGE,
    SOURCE_LABEL: LABEL,
    TARGET: IMAGE,
    VAL: IMAGE,
    VAL_LABEL: LABEL,
    "data/GTA5/images": FOLDER,
    "data/GTA5/labels": FOLDER,
    "data/cityscapes": FOLDER,
}
DETECTION_DATA = {
    BOXED: IMAGE,
    FOGGY: IMAGE,
    FOGGY_VAL: IMAGE,
    COCO_TRAIN: JSON,
    COCO_VAL: JSON,
    "boxed/leftImg8bit": FOLDER,
    "boxed/leftImg8bit_foggy/train": FOLDER,
}
RULE = ("--rule", "entropy")
WORKER = ("--workers", "1")

USES: dict[str, Use] = {
    "train": Use(
        "train",
        ("seg.py", "--work-dir", "out"),
        {"seg.py": CONFIG, "toy.py": CONFIG} | SEGMENTATION_DATA,
        {"out": "folder"},
    ),
    "train a detector": Use(
        "train",
        ("det.py", "--work-dir", "out"),
        {"det.py": CONFIG} | DETECTION_DATA,
        {"out": "folder"},
    ),
    "train a translator": Use(
        "train", ("trans.py", "--work-dir", "out"), {"trans.py": CONFIG}, {"out": "folder"}
    ),
    "train with a prior": Use("train", ("prior.py", "--work-dir", "out"), {"prior.json": JSON}),
    "train on pseudo-labels": Use(
        "train",
        ("pseudo.py", "--work-dir", "out"),
        {f"pseudo/{STEM}_leftImg8bit.png": LABEL, "pseudo": FOLDER},
    ),
    "train from weights": Use(
        "train",
        ("seg.py", "--work-dir", "out", "--cfg-options", f"load_from={LAST}"),
        {LAST: CHECKPOINT},
    ),
    "resume": Use(
        "train",
        ("seg.py", "--work-dir", "work", "--resume", "--cfg-options", "train_cfg.max_iters=3"),
        {LAST: CHECKPOINT, "work/last_checkpoint": POINTER},
    ),
    "test": Use(
        "test",
        ("seg.py", LAST, "--work-dir", "out", "--out", "labels", "--show-dir", "pictures"),
        {"seg.py": CONFIG, LAST: CHECKPOINT, VAL: IMAGE, VAL_LABEL: LABEL},
        {"out": "folder", "labels": "folder", "pictures": "folder"},
    ),
    "test a detector": Use(
        "test",
        ("det.py", LAST_DET, "--work-dir", "out", "--out", "all.pkl", "--show-dir", "pictures"),
        {"det.py": CONFIG, LAST_DET: CHECKPOINT, FOGGY_VAL: IMAGE, COCO_VAL: JSON},
        {"out": "folder", "all.pkl": "file", "pictures": "folder"},
    ),
    "test an ensemble": Use(
        "test_ensemble",
        ("--member", "seg.py", LAST, "--member", "toy.py", "work/iter_1.pth", "0.5")
        + ("--work-dir", "out", "--out", "labels", "--show-dir", "pictures"),
        {"seg.py": CONFIG, LAST: CHECKPOINT, "work/iter_1.pth": CHECKPOINT, VAL: IMAGE},
        {"out": "folder", "labels": "folder", "pictures": "folder"},
    ),
    "export a segmentor": Use(
        "export",
        ("seg.py", LAST, "out"),
        {"seg.py": CONFIG, LAST: CHECKPOINT},
        {"out": "folder"},
    ),
    "export a detector": Use(
        "export",
        ("det.py", LAST_DET, "out"),
        {"det.py": CONFIG, LAST_DET: CHECKPOINT},
        {"out": "folder"},
    ),
    "export one file": Use(
        "export",
        ("seg.py", LAST, "model.pt", "--format", "torchscript"),
        {LAST: CHECKPOINT},
        {"model.pt": "file"},
    ),
    "export a segmentor as before": Use("export_segmentor", ("seg.py", LAST, "out")),
    "export a detector as before": Use("export_detector", ("det.py", LAST_DET, "out")),
    "make pseudo-labels": Use(
        "make_pseudo_labels",
        ("self.py", LAST, "out", *RULE),
        {"self.py": CONFIG, LAST: CHECKPOINT, TARGET: IMAGE},
        {"out": "folder"},
    ),
    "go on with pseudo-labels": Use(
        "make_pseudo_labels", ("self.py", LAST, "pseudo", *RULE), {PSEUDO_NOTE: JSON}
    ),
    "self-train": Use(
        "self_train",
        ("self.py", LAST, "--work-dir", "out", *RULE, "--rounds", "1"),
        {"self.py": CONFIG, LAST: CHECKPOINT, TARGET: IMAGE},
        {"out": "folder"},
    ),
    "count classes": Use(
        "class_prior",
        ("seg.py", "new.json", *WORKER),
        {"seg.py": CONFIG, SOURCE_LABEL: LABEL},
        {"new.json": "file"},
    ),
    "count classes again": Use(
        "class_prior", ("seg.py", "prior.json", *WORKER), {"prior.json": JSON}
    ),
    "browse": Use(
        "browse_dataset",
        ("seg.py", "--output-dir", "out", "--not-show"),
        {"seg.py": CONFIG, SOURCE: IMAGE, SOURCE_LABEL: LABEL},
        {"out": "folder"},
    ),
    "count confusions": Use(
        "confusion_matrix",
        ("seg.py", "maps", "out"),
        {"seg.py": CONFIG, "maps": FOLDER, PREDICTION: LABEL, VAL_LABEL: LABEL},
        {"out": "folder"},
    ),
    "list configs": Use(
        "list_configs", ("minent/deeplabv2_r101", "--dest", "out"), {}, {"out": "folder"}
    ),
    "count operations": Use("get_flops", ("seg.py", "--shape", "64"), {"seg.py": CONFIG}),
    "draw maps": Use(
        "picture_sheet",
        ("--model", "A", "work", "--count", "1", "--out", "sheet.png"),
        {
            "work/seg.py": CONFIG,
            LAST: CHECKPOINT,
            "work/last_checkpoint": POINTER,
            "work": FOLDER,
            VAL: IMAGE,
        },
        {"sheet.png": "file"},
    ),
    "draw boxes": Use(
        "picture_sheet",
        ("--model", "A", "work_det", "--count", "1", "--out", "sheet.png"),
        {LAST_DET: CHECKPOINT, FOGGY_VAL: IMAGE, COCO_VAL: JSON},
        {"sheet.png": "file"},
    ),
    "print results": Use(
        "results_table",
        ("--row", "A", "runs/seed0/minent", "--row", "B", "runs/seed0/oracle", "--out", "new.html"),
        {"runs/seed0/minent": FOLDER, SCALARS: LOG},
        {"new.html": "file"},
    ),
    "print results of seeds": Use(
        "results_table",
        ("--runs", "runs", "--out", "new.md"),
        {"runs": FOLDER},
        {"new.md": "file"},
    ),
    "select a model": Use("model_selection", ("work",), {"work": FOLDER}),
    "convert weights": Use(
        "convert_weights",
        ("published.pth", "new.pth", "--released-by", "advent"),
        {"published.pth": CHECKPOINT},
        {"new.pth": "file"},
    ),
    "convert boxes": Use(
        "convert_cityscapes_boxes",
        ("boxes", "--split", "train", "--out", "out", *WORKER),
        {"boxes": FOLDER, INSTANCES: LABEL},
        {"out": "folder"},
    ),
    "make fog": Use(
        "make_fog",
        ("clear", "--out", "out", *WORKER),
        {"clear": FOLDER, CLEAR: IMAGE, DISPARITY: LABEL, CAMERA: JSON},
        {"out": "folder"},
    ),
    # Its labels are linked: no more than their headers is read.
    "translate": Use(
        "translate",
        ("trans.py", LAST_GAN, "out", *WORKER),
        {"trans.py": CONFIG, LAST_GAN: CHECKPOINT, SOURCE: IMAGE, "data/GTA5/images": FOLDER},
        {"out": "folder"},
    ),
    "draw translations": Use(
        "translation_sheet",
        ("trans.py", LAST_GAN, "--count", "1", "--out", "sheet.png"),
        {"trans.py": CONFIG, LAST_GAN: CHECKPOINT, SOURCE: IMAGE, TARGET: IMAGE},
        {"sheet.png": "file"},
    ),
    # What upstream's scripts say of wrong inputs is theirs.
    "run a script of upstream's": Use("upstream_tool", ("mmdet", "misc/print_config.py", "seg.py")),
    "tell of the environment": Use("collect_env", ()),
}
