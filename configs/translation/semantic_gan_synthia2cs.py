_base_ = [
    "../_base_/models/translation/semantic_gan.py",
    "../_base_/pairs/translation/synthia2cs.py",
]
model = dict(
    generator=_base_.generator,
    discriminator=_base_.semantic_discriminator,
    reconstruction=_base_.shares,
)
