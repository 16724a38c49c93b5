"""The two passes: what they write, and that their memory does not grow with the data set."""

import math
import tracemalloc
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmadvent.errors import InputError
from mmadvent.functional import ClassHistograms
from mmadvent.segmentation.pseudo_labels.making import count_values, count_written, write_labels
from mmadvent.segmentation.pseudo_labels.rules import ClassBalancedRule, EntropyRule

CLASSES = 3


class Stream:
    """Predictions that are made when they are asked for; counts those that are alive."""

    def __init__(self, count: int, size: tuple[int, int] = (4, 5)) -> None:
        self.count, self.size = count, size
        self.alive = self.most = 0

    def _gone(self) -> None:
        self.alive -= 1

    def __iter__(self) -> Iterator[torch.Tensor]:
        generator = torch.Generator().manual_seed(0)
        for _ in range(self.count):
            logits = 3 * torch.randn(1, CLASSES, *self.size, generator=generator)
            weakref.finalize(logits, self._gone)
            self.alive += 1
            self.most = max(self.most, self.alive)
            yield logits
            del logits


def test_what_is_written_is_what_the_rule_says(tmp_path):
    rule = ClassBalancedRule(0.4)
    histograms = count_values(rule, Stream(6), CLASSES)
    assert histograms.totals.sum() == 6 * 20
    thresholds = rule.thresholds(histograms)
    paths = [tmp_path / f"a/{number}.png" for number in range(6)]
    labeled = write_labels(rule, thresholds, Stream(6), paths)
    counts = np.zeros(CLASSES, np.int64)
    for logits, path in zip(Stream(6), paths, strict=True):
        image = Image.open(path)
        assert (image.mode, image.size) == ("L", (5, 4))
        expected = rule.labels(logits, thresholds)[0].numpy()
        np.testing.assert_array_equal(np.asarray(image), expected)
        counts += [(expected == index).sum() for index in range(CLASSES)]
    assert labeled.tolist() == counts.tolist() == count_written(paths, CLASSES).tolist()
    assert 0 < labeled.sum() < 6 * 20
    assert {path.name for path in (tmp_path / "a").iterdir()} == {path.name for path in paths}


def test_no_predictions_at_all():
    assert torch.equal(count_values(EntropyRule(), [], CLASSES).totals, torch.zeros(3).long())
    assert write_labels(EntropyRule(), torch.ones(3), [], []).tolist() == [0, 0, 0]


def test_as_many_paths_as_predictions(tmp_path):
    with pytest.raises(ValueError):
        write_labels(EntropyRule(), torch.ones(3), Stream(2), [tmp_path / "1.png"])


def test_a_written_file_that_cannot_be_read(tmp_path):
    (tmp_path / "1.png").write_text("not a picture")
    with pytest.raises(InputError) as error:
        count_written([tmp_path / "1.png"], CLASSES)
    assert str(error.value).startswith(f"the pseudo-label '{tmp_path}/1.png' cannot be read: ")


def test_memory_does_not_grow_with_the_number_of_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Few bins, as filling many for each tiny image would take the time.
    made: list[ClassHistograms] = []

    def small(num_classes: int, device: torch.device | None = None) -> ClassHistograms:
        made.append(ClassHistograms(num_classes, 256, device))
        return made[-1]

    monkeypatch.setattr("mmadvent.segmentation.pseudo_labels.making.ClassHistograms", small)
    peaks = {}
    # The first run fills caches. Threads of other tests may allocate too: the lower of two counts.
    for count in (20, 100, 3000, 100, 3000):
        counting, labeling = Stream(count), Stream(count)
        tracemalloc.start()
        rule = EntropyRule()
        thresholds = rule.thresholds(count_values(rule, counting, CLASSES))
        # One file, again and again: thousands would take the time.
        paths = (tmp_path / "0.png" for _ in range(count))
        write_labels(rule, thresholds, labeling, paths)
        peaks[count] = min(tracemalloc.get_traced_memory()[1], peaks.get(count, math.inf))
        tracemalloc.stop()
        assert counting.most <= 2 and labeling.most <= 2
        assert made[-1].totals.sum() == 20 * count
        assert made[-1].counts.shape == (CLASSES, 256)
    # A number kept for each image, in a list, would take 32 bytes, besides up to 48 that are free
    # again unseen by tracemalloc: a tensor's, in a function of torch's that is written in Python.
    assert peaks[3000] - peaks[100] < 60 * 2900
