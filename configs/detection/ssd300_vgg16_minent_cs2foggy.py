_base_ = [
    "../_base_/models/ssd300_vgg16.py",
    "../_base_/datasets/cityscapes_to_foggy.py",
    "../_base_/schedules/ssd_60k.py",
    "../_base_/adaptations/minent.py",
    "../_base_/detection_runtime.py",
]
model = dict(type="DomainAdaptDetector", adaptation=_base_.adaptation)
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
