# DeepLab-V2 with one output on a ResNet-18 with 3/8 of its channels, for CPUs and small images:
# random initial weights, trainable norms.
data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[104.00698793, 116.66876762, 122.67891434],
    std=[57.0, 57.0, 57.0],
    bgr_to_rgb=False,
    size_divisor=1,
    pad_val=0,
    seg_pad_val=255,
)
model = dict(
    type="EncoderDecoder",
    data_preprocessor=data_preprocessor,
    backbone=dict(
        type="DeepLabResNet",
        depth=18,
        base_channels=24,
        stem_channels=24,
        num_stages=4,
        out_indices=(3,),
        strides=(1, 2, 1, 1),
        dilations=(1, 1, 2, 4),
        norm_cfg=dict(type="BN", requires_grad=True),
        norm_eval=False,
        init_cfg=None,
    ),
    decode_head=dict(
        type="DeepLabV2Head",
        in_channels=192,
        in_index=0,
        dilations=(1, 3, 6, 9),
        num_classes=19,
        align_corners=True,
        loss_decode=dict(
            type="CrossEntropyLoss", use_sigmoid=False, avg_non_ignore=True, loss_weight=1.0
        ),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode="whole"),
)
