# Adam as in CycleGAN: half of the iterations at one rate, which then falls to 0 linearly.
adam = dict(type="Adam", lr=2e-4, betas=(0.5, 0.999))
optim_wrapper = dict(
    type="OptimWrapper",
    constructor="UDAOptimWrapperConstructor",
    optimizer=adam,
    discriminator=dict(optimizer=adam),
)
param_scheduler = [
    dict(
        type="LinearLR",
        start_factor=1.0,
        end_factor=0.0,
        begin=100000,
        end=200000,
        by_epoch=False,
    )
]
train_cfg = dict(type="UDATrainLoop", max_iters=200000)
val_cfg = None
test_cfg = None
