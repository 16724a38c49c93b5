_base_ = [
    "../_base_/models/deeplabv2_r18_small.py",
    "../_base_/datasets/streets_to_cityscapes.py",
    "../_base_/schedules/streets_second_part.py",
    "../_base_/adaptations/advent.py",
    "../_base_/default_runtime.py",
]
# Larger weight and rate than the paper's for 200 iterations, and a narrow discriminator for two
# cores: docs/results.md.
model = dict(
    type="DomainAdaptSegmentor",
    adaptation=[
        dict(
            type="AdvEnt",
            loss_weight=0.005,
            discriminator=dict(type="SelfInfoDiscriminator", base_channels=16),
        )
    ],
)
optim_wrapper = dict(
    constructor="UDAOptimWrapperConstructor",
    discriminator=dict(optimizer=dict(type="Adam", lr=1e-3, betas=(0.9, 0.99))),
)
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
