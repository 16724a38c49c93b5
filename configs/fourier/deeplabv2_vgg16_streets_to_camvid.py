_base_ = "../_base_/pairs/supervised/vgg16_streets_to_camvid.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
