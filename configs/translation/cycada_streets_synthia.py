_base_ = [
    "../_base_/models/translation/cycada.py",
    "../_base_/pairs/translation/streets_synthia.py",
]
model = dict(
    generator=_base_.generator,
    discriminator=_base_.discriminator,
    consistency=_base_.segmentor,
)
