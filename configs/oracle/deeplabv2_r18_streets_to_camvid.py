# The upper bound: the target's training images with their labels.
_base_ = "../_base_/pairs/supervised/r18_streets_to_camvid.py"
train_dataloader = dict(dataset=_base_.oracle_dataset)
