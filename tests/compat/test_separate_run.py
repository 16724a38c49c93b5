"""Two runs in one process: neither finds what the other left."""

from pathlib import Path

import pytest
import torch
from mmengine.logging import MessageHub, MMLogger
from mmengine.registry import DefaultScope
from mmengine.visualization import Visualizer

from mmadvent.compat import separate_run


class OwnVisualizer(Visualizer):
    """As mmseg and mmdet have one each: kept by name in two places."""


def test_the_same_name_is_another_one_in_each_run(tmp_path: Path) -> None:
    name = "visualizer_of_this_test"  # other tests of the process may have one by its usual name
    outside = OwnVisualizer.get_instance(name, save_dir=str(tmp_path / "0"))
    scope = DefaultScope.get_instance("outside", scope_name="mmengine")
    inside = []
    for number in (1, 2):
        with separate_run():
            assert DefaultScope.get_current_instance() is None
            DefaultScope.get_instance("inside", scope_name="mmseg")
            made = OwnVisualizer.get_instance(name, save_dir=str(tmp_path / str(number)))
            assert Visualizer.get_current_instance() is made
            hub = MessageHub.get_instance("run")
            assert hub.get_info("number") is None
            hub.update_info("number", number)
            inside.append(made)
    assert len({id(outside), *map(id, inside)}) == 3
    assert OwnVisualizer.get_current_instance() is Visualizer.get_current_instance() is outside
    assert DefaultScope.get_current_instance() is scope
    assert not MessageHub.check_instance_created("run")


def test_what_is_made_within_goes_though_it_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stopped"), separate_run():

        class Late(Visualizer):
            """A kind of which there was nothing before."""

        Late.get_instance("late")
        logger = MMLogger.get_instance("failing", log_file=str(tmp_path / "run.log"))
        (file,) = [handler for handler in logger.handlers if hasattr(handler, "baseFilename")]
        raise ValueError("stopped")
    assert not Late.check_instance_created("late")
    assert not MMLogger.check_instance_created("failing")
    assert file.stream is None  # closed


def test_torchs_switches_are_set_back() -> None:
    def switches() -> tuple:
        cudnn = torch.backends.cudnn
        return cudnn.benchmark, cudnn.deterministic, torch.get_deterministic_debug_mode()

    before = switches()
    with separate_run():
        torch.backends.cudnn.benchmark = not before[0]
        torch.backends.cudnn.deterministic = not before[1]
        torch.use_deterministic_algorithms(not before[2])
        assert not set(zip(switches(), before, strict=True)) & {(x, x) for x in before}
    assert switches() == before
