# For 100 iterations of a small network the paper's weights and rates are too small:
# docs/results.md. A narrow discriminator, for two cores.
_base_ = "adversarial.py"
narrow = dict(type="SelfInfoDiscriminator", base_channels=16)
adaptation_optim_wrapper = dict(discriminator=dict(optimizer=dict(lr=1e-3)))
