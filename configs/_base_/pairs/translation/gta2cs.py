# GTA5 -> Cityscapes, for translators. A leaf names the method.
_base_ = [
    "../../datasets/translation_gta5_to_cityscapes.py",
    "../../schedules/translation_200k.py",
    "../../translation_runtime.py",
]
generator = dict(base_channels=64, num_blocks=9)
discriminator = dict(base_channels=64)
semantic_discriminator = dict(discriminator, num_labels=19)
# What tools/class_prior.py counts in the source's labels.
shares = dict(class_shares="data/class_prior.json")
# Trained on the source alone.
segmentor = dict(
    config="configs/source_only/deeplabv2_r101_gta2cs.py",
    checkpoint="work_dirs/source_only/deeplabv2_r101_gta2cs/iter_120000.pth",
)
