_base_ = "../_base_/pairs/supervised/r18_streets_to_camvid.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
