# The upper bound: the target's training images with their labels.
_base_ = "../_base_/pairs/supervised/r18_camvid_day_to_dusk.py"
train_dataloader = dict(dataset=_base_.oracle_dataset)
