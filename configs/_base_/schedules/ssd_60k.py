# SGD as SSD has it for PASCAL VOC 2007 (Liu et al., ECCV 2016, section 3.1), a data set of about
# Cityscapes' size: the rate falls to a tenth after 40k and again after 50k of 60k iterations.
# ADVENT says nothing of its schedule for detection.
optim_wrapper = dict(
    type="OptimWrapper",
    constructor="GroupedOptimWrapperConstructor",
    optimizer=dict(type="SGD", lr=1e-3, momentum=0.9, weight_decay=5e-4),
)
param_scheduler = [
    dict(type="MultiStepLR", by_epoch=False, milestones=[40000, 50000], gamma=0.1, end=60000)
]
train_cfg = dict(type="IterBasedTrainLoop", max_iters=60000, val_interval=5000)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
