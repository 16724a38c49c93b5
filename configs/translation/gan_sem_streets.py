_base_ = ["../_base_/models/translation/gan_sem.py", "../_base_/pairs/translation/streets.py"]
model = dict(generator=_base_.generator, discriminator=_base_.semantic_discriminator)
