# Rendered streets -> CamVid, for translators. A leaf names the method.
_base_ = [
    "../../datasets/translation_streets_to_camvid.py",
    "../../schedules/translation_camvid.py",
    "../../translation_runtime.py",
]
generator = dict(base_channels=32, num_blocks=6)
discriminator = dict(base_channels=32)
semantic_discriminator = dict(discriminator, num_labels=11)
# What tools/class_prior.py counts in the source's labels.
shares = dict(class_shares="data/streets_to_camvid/class_prior.json")
# Trained on the source alone.
segmentor = dict(
    config="configs/source_only/deeplabv2_vgg16_streets_to_camvid.py",
    checkpoint="work_dirs/source_only/deeplabv2_vgg16_streets_to_camvid/iter_1600.pth",
)
