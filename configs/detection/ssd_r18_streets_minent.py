_base_ = [
    "../_base_/models/ssd_r18_small.py",
    "../_base_/datasets/foggy_streets.py",
    "../_base_/schedules/ssd_streets_second_part.py",
    "../_base_/adaptations/minent.py",
    "../_base_/detection_runtime.py",
]
# The weight: docs/detection.md.
model = dict(type="DomainAdaptDetector", adaptation=[dict(type="MinEnt", loss_weight=0.1)])
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
