"""Pictures while a translator trains reach the visualizer's backends."""

from types import SimpleNamespace

from mmadvent.translation.gan import TranslationPicturesHook
from tests.translation_toys import build_translator, domains, toy_translator


def test_every_so_often_in_the_first_process() -> None:
    drawn = []
    visualizer = SimpleNamespace(
        dataset_meta=dict(palette=[[0, 0, 0]] * 5),
        add_image=lambda name, image, step: drawn.append((name, image.shape, step)),
    )
    model = build_translator(toy_translator("semantic_gan"))
    runner = SimpleNamespace(rank=0, iter=0, model=model, visualizer=visualizer)
    hook = TranslationPicturesHook(interval=2)
    for runner.iter in range(4):
        hook.after_train_iter(runner, runner.iter, domains(0, 2))
    shape = (64, 4 * 64, 3)
    assert drawn == [(f"from_{d}", shape, n) for n in (2, 4) for d in ("source", "target")]
    runner.rank = 1
    hook.after_train_iter(runner, 3, domains(0))
    assert len(drawn) == 4
