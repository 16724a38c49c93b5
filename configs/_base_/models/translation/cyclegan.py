# CycleGAN as it was released: generators of nine blocks, discriminators of 70x70 patches, least
# squares, reconstruction 10, identity 5, 50 earlier translations for each discriminator.
model = dict(
    type="SemanticTranslator",
    # To [-1, 1]; BGR, as the images are loaded.
    data_preprocessor=dict(
        type="SegDataPreProcessor",
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        bgr_to_rgb=False,
        pad_val=0,
        seg_pad_val=255,
        size_divisor=1,
    ),
    generator=dict(type="ResNetGenerator", base_channels=64, num_blocks=9),
    discriminator=dict(type="PatchDiscriminator", base_channels=64),
    two_way=True,
    objective="least_squares",
    adversarial_weight=1.0,
    reconstruction=dict(type="WeightedReconstructionLoss", loss_weight=10.0),
    identity=dict(type="WeightedReconstructionLoss", loss_weight=5.0),
    pool_size=50,
)
