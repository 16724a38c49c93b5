# For 100 iterations of a small network the paper's weights are too small: docs/results.md.
# The discriminator is narrow, for two cores.
_base_ = "../advent.py"
adaptation = [
    dict(
        type="AdvEnt",
        loss_weight=0.005,
        discriminator=dict(type="SelfInfoDiscriminator", base_channels=16),
    ),
    dict(type="PseudoLabel", loss_weight=1.0),
]
adaptation_optim_wrapper = dict(
    discriminator=dict(optimizer=dict(type="Adam", lr=1e-3, betas=(0.9, 0.99)))
)
