# The same network with the labels of ACDC's training images.
_base_ = "../_base_/pairs/supervised/r101_cs2acdc.py"
train_dataloader = dict(dataset=_base_.oracle_dataset)
