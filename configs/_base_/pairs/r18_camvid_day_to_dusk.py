# CamVid by day -> at dusk, a small DeepLab-V2 with batch norms. A leaf names the method.
_base_ = "supervised/r18_camvid_day_to_dusk.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
