# All levels weigh alike; weights and rates: docs/detection.md.
_base_ = ["../_base_/pairs/foggy_streets.py", "../_base_/adaptations/streets_adversarial.py"]
model = dict(
    level_weights=[0.2] * 5,
    adaptation=[
        dict(
            type="AdvEnt",
            loss_weight=0.1,
            discriminator=dict(_base_.narrow, base_channels=32),
        )
    ],
)
optim_wrapper = _base_.adaptation_optim_wrapper
