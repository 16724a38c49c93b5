# The last 200 of 700 iterations, from a network that saw 500 of the source alone; the paper starts
# from ImageNet's weights. The rate is about where the first part's schedule stands.
optim_wrapper = dict(
    type="OptimWrapper",
    optimizer=dict(type="SGD", lr=0.005, momentum=0.9, weight_decay=5e-4),
)
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=200, eta_min=0.0, by_epoch=False)]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=200, val_interval=200)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
