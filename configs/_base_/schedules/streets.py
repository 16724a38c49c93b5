# For the rendered test bench on a CPU: the whole training is 900 iterations.
optim_wrapper = dict(
    type="OptimWrapper",
    constructor="GroupedOptimWrapperConstructor",
    optimizer=dict(type="SGD", lr=0.01, momentum=0.9, weight_decay=5e-4),
)
# `end` is one more than the iterations that the rate decays over.
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=901, eta_min=0.0, by_epoch=False)]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=900, val_interval=900)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
