_base_ = [
    "../_base_/benchmarks/vgg16_gta2cs.py",
    "../_base_/adaptations/minent.py",
    "../_base_/adaptations/class_prior.py",
]
model = dict(
    type="DomainAdaptSegmentor",
    adaptation=[*_base_.adaptation, dict(_base_.class_prior, prior="data/class_prior_gta5.json")],
)
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
