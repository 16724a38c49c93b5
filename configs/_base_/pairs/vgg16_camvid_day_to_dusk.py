# CamVid by day -> at dusk, DeepLab-V2 on VGG-16. A leaf names the method.
_base_ = "supervised/vgg16_camvid_day_to_dusk.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
