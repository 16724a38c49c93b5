_base_ = [
    "../_base_/benchmarks/streets_synthia.py",
    "../_base_/adaptations/streets/norm_statistics.py",
]
model = dict(type="DomainAdaptSegmentor", adaptation=_base_.adaptation)
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
