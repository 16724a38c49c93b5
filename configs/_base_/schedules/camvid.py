# SGD as in ADVENT, its gradients clipped, for a training of minutes: 1,600 iterations in all.
optim_wrapper = dict(
    type="OptimWrapper",
    constructor="GroupedOptimWrapperConstructor",
    optimizer=dict(type="SGD", lr=2.5e-4, momentum=0.9, weight_decay=5e-4),
    clip_grad=dict(max_norm=10),
    paramwise_cfg=dict(custom_keys={"decode_head": dict(lr_mult=10.0)}),
)
# `end` is one more than the iterations that the rate decays over.
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=1601, eta_min=0.0, by_epoch=False)]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=1600, val_interval=1600)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
