# The rates that the released code really trains with: it hands 99 backbone convolutions to SGD
# three times, the 4 of the down-sampling branches four times, and the first once, so that the
# backbone learns at about three tenths of the heads' rate, not at a tenth. Published numbers were
# made so.
_base_ = "deeplabv2_r101_gta2cs.py"
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys={
            "backbone": dict(lr_mult=3.0),
            "downsample": dict(lr_mult=4.0),
            "backbone.conv1": dict(lr_mult=1.0),
        }
    )
)
