"""Options of the command lines with values that they do not take."""

from collections.abc import Iterator

from tests.faults.case import EITHER, FINE, Case
from tests.faults.uses import LAST, LAST_DET, LAST_GAN, USES
from tests.faults.warm import tools

NO_INT = ("x", "", "1.5", "nan", "1e3")
NO_FLOAT = ("x", "", "1,5")
HUGE = "9" * 400
RESULTS = "results_table --row A runs/seed0/minent"

# Title of a use -> option -> values that it refuses.
WRONG: dict[str, dict[str, tuple[str, ...]]] = {
    "train": {"--launcher": ("ssh", ""), "--local_rank": NO_INT, "--no-such-option": ("1",)},
    "test": {"--wait-time": NO_FLOAT, "--launcher": ("x",)},
    "test a detector": {"--out": ("all.json", "folder/"), "--launcher": ("pytorch",)},
    "test an ensemble": {"--average": ("votes", ""), "--member": ("seg.py",)},
    "make pseudo-labels": {
        "--rule": ("none", ""),
        "--quantile": ("-0.1", "1.5", "nan", "inf", *NO_FLOAT),
        "--floor": ("-1", "nan", "x"),
        "--portion": ("0.2",),
        "--threshold": ("0.5",),
    },
    "self-train": {
        "--rounds": ("0", "-1", HUGE[:12], *NO_INT),
        "--portions": ("2", "nan", "x", "-0.5"),
        "--rule": ("none",),
    },
    "count classes": {"--workers": ("0", "-1", *NO_INT)},
    "browse": {"--number": ("-1", *NO_INT), "--domain": ("x", ""), "--show-interval": NO_FLOAT},
    "count confusions": {"--color-theme": ("no-such-map", "")},
    "count operations": {"--shape": ("0", "-4", "x", HUGE, "100000000")},
    "draw maps": {
        "--count": ("0", "-1", *NO_INT),
        "--indices": ("99", "-9", "x", HUGE),
        "--score": NO_FLOAT,
        "--model": ("A",),
    },
    "draw boxes": {"--indices": ("2", "-3"), "--score": ("x",), "--count": ("0",)},
    "print results": {
        "--paper": ("none", ""),
        "--paper-row": ("A=x", "x"),
        "--oracle": ("none",),
        "--format": ("pdf",),
        "--row": ("A",),
        "--out": ("new.pdf", ""),
    },
    "convert weights": {"--released-by": ("nobody", "")},
    "convert boxes": {
        "--split": ("none", "", "../../etc"),
        "--convention": ("voc",),
        "--workers": ("0", "-3", *NO_INT),
    },
    "make fog": {
        "--beta": ("-0.1", "nan", "inf", *NO_FLOAT),
        "--split": ("none", ""),
        "--holes": ("near",),
        "--atmospheric-light": ("1",),
        "--workers": ("0", *NO_INT),
    },
    "translate": {
        "--labels": ("x", ""),
        "--workers": ("0", "-1", *NO_INT),
        "--batch-size": ("0", "-1", *NO_INT),
        "--scale": ("8",),
    },
    "draw translations": {"--count": ("0", "-1", *NO_INT)},
    "export one file": {"--format": ("mmdet", "x", "")},
    "run a script of upstream's": {"--no-such-option": ("1",)},
}
# More than there is work is no mistake.
ALLOWED = {
    "count classes": {"--workers": ("1000000000",)},
    "make fog": {"--workers": ("1000000000",)},
    "draw maps": {"--count": ("1000000000",)},
    "browse": {"--number": ("1000000000",)},
}
# Whole command lines.
LINES = {
    "test: --tta without tta_model": f"test seg.py {LAST} --tta --cfg-options tta_model=",
    "ensemble: a weight that is none": f"test_ensemble --member seg.py {LAST} x",
    "ensemble: a weight below 0": f"test_ensemble --member seg.py {LAST} -1",
    "ensemble: nan": f"test_ensemble --member seg.py {LAST} nan",
    "ensemble: a detector": f"test_ensemble --member det.py {LAST_DET}",
    "fog: a light out of range": "make_fog clear --out out --atmospheric-light 1 2 999",
    "fog: a light that is none": "make_fog clear --out out --atmospheric-light 1 2 nan",
    "fog: two kinds of input": "make_fog clear --images plain --depth plain --out out",
    "fog: a scale of 0": "make_fog --images plain --depth plain --out out --depth-scale 0",
    "fog: nothing": "make_fog",
    "results: nothing": "results_table",
    "results: a row twice": "results_table --row A runs/seed0/minent --row A runs/seed1/minent",
    "results: a run twice": "results_table --row A runs/seed0/minent runs/seed0/minent",
    "results: another benchmark": f"{RESULTS} --paper cs2foggy-ssd300",
    "results: a paper's row without the paper": f"{RESULTS} --paper-row A=B",
    "select: no log": "model_selection runs/seed0",
    "export: weights of the other half": f"export seg.py {LAST_DET} out",
    "pseudo-labels of a detector": f"make_pseudo_labels det.py {LAST_DET} out --rule entropy",
    "self-training without its method": f"self_train seg.py {LAST} --work-dir o --rule entropy",
    "self-training: no such rule": f"self_train self.py {LAST} --work-dir o --rule x",
    "confusions of a detector": "confusion_matrix det.py maps out",
    "prior of a detector": "class_prior det.py new.json",
    "operations of a detector": "get_flops det.py --shape 96",
    "browse a detector": "browse_dataset det.py --not-show --output-dir out",
    "sheet: both halves": "picture_sheet --model A work --model B work_det --out sheet.png",
    "sheet: an unknown ending": "picture_sheet --model A work --out sheet.xyz --count 1",
    "list: no such config": "list_configs no-such-word",
    "translate: a scale of 0": f"translate trans.py {LAST_GAN} out --scale 0 4",
    "translate: a scale below 0": f"translate trans.py {LAST_GAN} out --scale 8 -4",
    "translate: a segmentor": f"translate seg.py {LAST} out",
    "translate: a segmentor's weights": f"translate trans.py {LAST} out",
    "translations of a segmentor": f"translation_sheet seg.py {LAST} --out sheet.png",
    "translations by a segmentor's weights": f"translation_sheet trans.py {LAST} --out sheet.png",
    "translations: an unknown ending": f"translation_sheet trans.py {LAST_GAN} --out sheet.xyz",
    "test of a translator": f"test trans.py {LAST_GAN} --work-dir out",
    "export of a translator": f"export trans.py {LAST_GAN} out",
    "upstream: no such library": "upstream_tool mmpose train.py",
    "upstream: no such script": "upstream_tool mmseg none.py",
    "upstream: a folder": "upstream_tool mmseg misc",
    "upstream: a script elsewhere": "upstream_tool mmseg ../../../../seg.py",
    "upstream: nothing": "upstream_tool",
    "environment: a word": "collect_env word",
}
# A mistake or not, as the command line has it.
AS_IT_IS = {"operations of a detector", "browse a detector"}


def cases() -> Iterator[Case]:
    for expect, table in (("refused", WRONG), (FINE, ALLOWED)):
        for title, options in table.items():
            for option, values in options.items():
                for value in values:
                    use = USES[title]
                    # The last of two counts, and options may begin with a minus sign.
                    joined = "=".join if value.startswith("-") else None
                    added = (joined((option, value)),) if joined else (option, value)
                    arguments = (*use.arguments, *added)
                    name = f"{title}: {option} {value[:20]!r}"
                    yield Case("option", name, use.tool, arguments, expect=expect)
    for name, line in LINES.items():
        tool, *arguments = line.split()
        expect = EITHER if name in AS_IT_IS else "refused"
        yield Case("option", name, tool, tuple(arguments), expect=expect)
    for tool in tools():
        yield Case("option", "an unknown one", tool, ("--no-such-option",))
