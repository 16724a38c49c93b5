# DeepLab-V2 on ResNet-101 with two outputs, as ADVENT (section 4.1) and its released code have it.
# BGR images in [0, 255] minus the mean of the Caffe models, no standard deviation.
data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[104.00698793, 116.66876762, 122.67891434],
    std=[1.0, 1.0, 1.0],
    bgr_to_rgb=False,
    size_divisor=1,
    pad_val=0,
    seg_pad_val=255,
)
# The affine parameters are frozen; the statistics are those of each batch and are tracked, of both
# domains, as in the released code. `norm_eval=True` freezes them too.
norm_cfg = dict(type="BN", requires_grad=False)
loss_decode = dict(type="CrossEntropyLoss", use_sigmoid=False, avg_non_ignore=True, loss_weight=1.0)
model = dict(
    type="EncoderDecoder",
    data_preprocessor=data_preprocessor,
    backbone=dict(
        type="DeepLabResNet",
        depth=101,
        num_stages=4,
        out_indices=(2, 3),
        strides=(1, 2, 1, 1),
        dilations=(1, 1, 2, 4),
        norm_cfg=norm_cfg,
        norm_eval=False,
        style="caffe",
        contract_dilation=False,
        init_cfg=dict(type="Pretrained", checkpoint="open-mmlab://detectron2/resnet101_caffe"),
    ),
    decode_head=dict(
        type="DeepLabV2Head",
        in_channels=2048,
        in_index=1,
        dilations=(6, 12, 18, 24),
        num_classes=19,
        align_corners=True,
        loss_decode=loss_decode,
    ),
    # Multi-level: a second classifier on conv4, with a tenth of the supervised weight and a fifth
    # of the adaptation weight (0.0002 / 0.001).
    auxiliary_head=dict(
        type="DeepLabV2Head",
        in_channels=1024,
        in_index=0,
        dilations=(6, 12, 18, 24),
        num_classes=19,
        align_corners=True,
        loss_decode=dict(
            type="CrossEntropyLoss", use_sigmoid=False, avg_non_ignore=True, loss_weight=0.1
        ),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode="whole"),
)
