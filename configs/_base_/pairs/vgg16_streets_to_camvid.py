# Rendered streets -> CamVid, DeepLab-V2 on VGG-16. A leaf names the method.
_base_ = "supervised/vgg16_streets_to_camvid.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
