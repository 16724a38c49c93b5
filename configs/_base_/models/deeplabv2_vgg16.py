# DeepLab-V2 on VGG-16 with one output, as AdaptSegNet released it; ADVENT's section 4.1 names the
# same network. BGR images in [0, 255] minus the mean of the Caffe models, no standard deviation.
data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[104.00698793, 116.66876762, 122.67891434],
    std=[1.0, 1.0, 1.0],
    bgr_to_rgb=False,
    size_divisor=1,
    pad_val=0,
    seg_pad_val=255,
)
model = dict(
    type="EncoderDecoder",
    data_preprocessor=data_preprocessor,
    backbone=dict(
        type="DeepLabVGG",
        # torchvision's file and its images: BGR weights in [0, 255] need pretrained_std=None.
        pretrained_std=(58.395, 57.12, 57.375),
        init_cfg=dict(
            type="Pretrained",
            checkpoint="https://download.pytorch.org/models/vgg16-397923af.pth",
        ),
    ),
    # All four branches count; the code of AdaptSegNet returns after the second.
    decode_head=dict(
        type="DeepLabV2Head",
        in_channels=1024,
        in_index=0,
        dilations=(6, 12, 18, 24),
        num_classes=19,
        align_corners=True,
        loss_decode=dict(
            type="CrossEntropyLoss", use_sigmoid=False, avg_non_ignore=True, loss_weight=1.0
        ),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode="whole"),
)
