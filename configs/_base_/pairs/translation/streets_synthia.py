# The rendered streets, source in the layout of SYNTHIA, for translators. A leaf names the method.
_base_ = [
    "../../datasets/translation_streets_synthia_to_cityscapes.py",
    "../../schedules/translation_streets.py",
    "../../translation_runtime.py",
]
generator = dict(base_channels=16, num_blocks=4)
discriminator = dict(base_channels=16)
semantic_discriminator = dict(discriminator, num_labels=16)
# What tools/class_prior.py counts in the source's labels.
shares = dict(class_shares="data/streets/class_prior_synthia.json")
# Trained on the source alone.
segmentor = dict(
    config="configs/source_only/deeplabv2_r18_streets_synthia.py",
    checkpoint="work_dirs/source_only/deeplabv2_r18_streets_synthia/iter_900.pth",
)
