"""Pictures of what a translator makes, while it trains."""

from typing import Any

import numpy as np
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from mmadvent.translation.gan.translation_pictures import picture_row


@HOOKS.register_module()
class TranslationPicturesHook(Hook):
    """Hand pictures of the first image of each domain to the visualizer's backends.

    One picture for each direction: the image, its translation, what comes back (where there is a
    way back) and, of a semantic discriminator, the classes that it sees in the translation.

    Args:
        interval: iterations between two pictures.
    """

    priority = "NORMAL"

    def __init__(self, interval: int = 500) -> None:
        self.interval = interval

    def after_train_iter(
        self,
        runner: Any,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Draw, every ``interval`` iterations, in the first process."""
        if runner.rank != 0 or not self.every_n_train_iters(runner, self.interval):
            return
        model = getattr(runner.model, "module", runner.model)
        palette = runner.visualizer.dataset_meta.get("palette")
        for domain, batch in data_batch.items():
            first = dict(inputs=batch["inputs"][:1])
            images = model.data_preprocessor(first, False)["inputs"]
            row = picture_row(model, images, domain, palette)
            if row:
                picture = np.concatenate([picture for _, picture in row], axis=1)
                runner.visualizer.add_image(f"from_{domain}", picture, step=runner.iter + 1)
