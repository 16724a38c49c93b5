_base_ = [
    "../_base_/benchmarks/r101_synthia2cs.py",
    "../_base_/adaptations/advent.py",
    "../_base_/adaptations/class_prior.py",
]
model = dict(
    type="DomainAdaptSegmentor",
    adaptation=[
        *_base_.adaptation,
        dict(_base_.class_prior, prior="data/class_prior_synthia.json"),
    ],
)
optim_wrapper = _base_.adaptation_optim_wrapper
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
