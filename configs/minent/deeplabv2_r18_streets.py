_base_ = [
    "../_base_/models/deeplabv2_r18_small.py",
    "../_base_/datasets/streets_to_cityscapes.py",
    "../_base_/schedules/streets_second_part.py",
    "../_base_/adaptations/minent.py",
    "../_base_/default_runtime.py",
]
# 200 iterations need a larger weight than the paper's 0.001 for 120k: docs/results.md.
model = dict(type="DomainAdaptSegmentor", adaptation=[dict(type="MinEnt", loss_weight=0.05)])
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
