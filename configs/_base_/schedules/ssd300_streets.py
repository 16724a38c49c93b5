# SSD's own rate, for a training of minutes: 1,500 iterations in all.
optim_wrapper = dict(
    type="OptimWrapper",
    optimizer=dict(type="SGD", lr=1e-3, momentum=0.9, weight_decay=5e-4),
    clip_grad=dict(max_norm=20.0),
)
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=1501, eta_min=0.0, by_epoch=False)]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=1500, val_interval=1500)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
