# Rendered streets -> CamVid, a small DeepLab-V2 with batch norms. A leaf names the method.
_base_ = "supervised/r18_streets_to_camvid.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
