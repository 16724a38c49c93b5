# How often the released code steps each convolution of ResNet-101's backbone in an iteration: it
# lists 99 of them three times among SGD's parameters, the 4 of the down-sampling branches four
# times, and the first once. Published numbers were made so. A leaf names this file among its bases
# and has `optim_wrapper = _base_.released_steps`.
released_steps = dict(
    optimizer=dict(type="RepeatedSGD"),
    paramwise_cfg=dict(
        custom_keys={
            "backbone": dict(repeats=3),
            "downsample": dict(repeats=4),
            "backbone.conv1": dict(repeats=1),
        }
    ),
)
