_base_ = ["../_base_/models/translation/gan_sem_weight.py", "../_base_/pairs/translation/gta2cs.py"]
model = dict(
    generator=_base_.generator,
    discriminator=_base_.semantic_discriminator,
    content=_base_.shares,
)
