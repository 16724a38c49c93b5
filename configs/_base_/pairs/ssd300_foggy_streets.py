# The rendered streets (docs/streets.md), clear to foggy, SSD300 on VGG-16. A leaf names the method.
_base_ = "supervised/ssd300_foggy_streets.py"
model = dict(type="DomainAdaptDetector")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
