_base_ = [
    "../_base_/models/ssd_r18_small.py",
    "../_base_/datasets/foggy_streets.py",
    "../_base_/schedules/ssd_streets_second_part.py",
    "../_base_/adaptations/advent.py",
    "../_base_/detection_runtime.py",
]
# All levels weigh alike; weights and rates: docs/detection.md.
model = dict(
    type="DomainAdaptDetector",
    level_weights=[0.2] * 5,
    adaptation=[
        dict(
            type="AdvEnt",
            loss_weight=0.1,
            discriminator=dict(type="SelfInfoDiscriminator", base_channels=32),
        )
    ],
)
optim_wrapper = dict(
    constructor="UDAOptimWrapperConstructor",
    discriminator=dict(optimizer=dict(type="Adam", lr=1e-3, betas=(0.9, 0.99))),
)
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
