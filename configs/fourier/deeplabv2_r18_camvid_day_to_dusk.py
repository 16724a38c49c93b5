_base_ = "../_base_/pairs/supervised/r18_camvid_day_to_dusk.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
