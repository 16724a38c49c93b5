# The norms keep the source's statistics, so that what the method gains is its loss's: SSD itself
# has no norms. The loss has more to do then, and weighs more.
_base_ = "ssd_r18_streets_advent.py"
discriminator = dict(type="SelfInfoDiscriminator", base_channels=32)
model = dict(
    backbone=dict(norm_eval=True),
    adaptation=[dict(type="AdvEnt", loss_weight=1.0, discriminator=discriminator)],
)
