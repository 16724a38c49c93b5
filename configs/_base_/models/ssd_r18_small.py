# SSD on half a ResNet-18, for CPUs and small images: random initial weights; norms, which SSD
# itself has none of, in the backbone alone.
_base_ = "ssd300_vgg16.py"
# Of each level: image pixels between anchors, then their smallest and largest side.
strides = [8, 16, 32, 64, 128]
min_sizes = [8, 20, 44, 90, 160]
max_sizes = [20, 44, 90, 160, 300]
channels = (64, 128, 256, 128, 128)
model = dict(
    data_preprocessor=dict(std=[57.0, 57.0, 57.0]),
    backbone=dict(
        _delete_=True,
        type="ResNet",
        depth=18,
        base_channels=32,
        stem_channels=32,
        num_stages=4,
        out_indices=(1, 2, 3),
        norm_cfg=dict(type="BN", requires_grad=True),
        norm_eval=False,
        init_cfg=dict(type="Kaiming", layer="Conv2d"),
    ),
    neck=dict(
        in_channels=channels[:3],
        out_channels=channels,
        level_strides=(2, 2),
        level_paddings=(1, 1),
        l2_norm_scale=None,
    ),
    bbox_head=dict(
        in_channels=channels,
        anchor_generator=dict(
            _delete_=True,
            type="SSDAnchorGenerator",
            scale_major=False,
            strides=strides,
            min_sizes=min_sizes,
            max_sizes=max_sizes,
            ratios=[[2], [2, 3], [2, 3], [2, 3], [2]],
        ),
    ),
    test_cfg=dict(nms_pre=400, max_per_img=100),
)
