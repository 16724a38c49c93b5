_base_ = ["../_base_/models/translation/cyclegan.py", "../_base_/pairs/translation/synthia2cs.py"]
model = dict(generator=_base_.generator, discriminator=_base_.discriminator)
