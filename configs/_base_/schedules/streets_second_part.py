# The last 100 of 900 iterations, from a network that saw 800 of the source alone; the paper starts
# from ImageNet's weights. The rate starts at half of the first part's.
optim_wrapper = dict(
    type="OptimWrapper",
    optimizer=dict(type="SGD", lr=0.005, momentum=0.9, weight_decay=5e-4),
)
# `end` is one more than the iterations that the rate decays over.
param_scheduler = [dict(type="PolyLR", power=0.9, begin=0, end=101, eta_min=0.0, by_epoch=False)]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=100, val_interval=100)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
