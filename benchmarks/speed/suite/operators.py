"""How many operators a step asks of a device: each is a launch, which a small one waits for."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks.speed.ours import batches, build_model, method_config
from benchmarks.speed.rows import Row, Settings
from benchmarks.speed.timing import compare
from mmadvent.engine.optimizers.optim_wrapper_constructor import build_optimizers

GOAL = 1.15
SIZES = ((72, 104), (64, 80))  # the number does not depend on it
ALLOCATIONS = ("empty", "new_empty", "detach", "lift_fresh")


class Counter(TorchDispatchMode):
    """Counts operators, forward and backward, without views and allocations: nothing runs there."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        name = func.name().removeprefix("aten::")
        self.number += not (func.is_view or name.startswith(ALLOCATIONS))
        return func(*args, **(kwargs or {}))


def counted(run: Callable[[], object]) -> int:
    """The operators of the second call: the first makes the optimizers' states."""
    run()
    with Counter() as counter:
        run()
    return counter.number


def narrow(method: str, best: bool) -> tuple[nn.Module, Any]:
    """All layers of the config's network with few channels, and the optimizers of a GPU."""
    config = method_config(method, quick=False)
    config.model.backbone.update(base_channels=8, stem_channels=8)
    config.model.decode_head.in_channels = 256
    config.model.auxiliary_head.in_channels = 128
    wrapper = config.optim_wrapper
    wrapper.optimizer.fused = True
    if "discriminator" in wrapper:
        wrapper.discriminator.optimizer.fused = True
    if best:
        wrapper.type = "CPUAmpOptimWrapper"
    model = build_model(config.model)
    return model, build_optimizers(model, wrapper)


def networks(model: nn.Module, best: bool) -> Callable[[], None]:
    """Forward and backward of the network, and of the discriminators, on both domains alone."""
    images = [domain["inputs"][0][None].float() - 110 for domain in batches(*SIZES).values()]
    judges = [judge for method in model.adaptation for judge in method.discriminators.values()]
    maps = [image.new_ones(1, 19, *image.shape[2:]).requires_grad_() for image in images]
    heads = (model.decode_head, model.auxiliary_head)

    def run() -> None:
        for image, judged in zip(images, maps, strict=True):
            with torch.autocast("cpu", torch.bfloat16, enabled=best):
                features = model.extract_feat(image)
                outputs = [head.forward(features) for head in heads]
                outputs += [judge(judged) for judge in judges]
            torch.autograd.backward(outputs, [torch.ones_like(output) for output in outputs])

    return run


def run(settings: Settings) -> Iterator[Row]:
    """The whole step to the networks' own passes; on a processor, as it counts alike there."""
    for method, title in (("advent", "AdvEnt"), ("minent", "MinEnt")):
        for best in (False, True):
            model, optimizers = narrow(method, best)
            data = batches(*SIZES)
            step = counted(partial(model.train_step, data, optimizers))
            own = counted(networks(model, best))
            setting = "best setting" if best else "float32"
            yield compare(f"operators, {title}, {setting}", [step], [own], GOAL, unit="operators")
