# The source with the target's low frequencies, beside the losses.
_base_ = "deeplabv2_vgg16_camvid_day_to_dusk.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
