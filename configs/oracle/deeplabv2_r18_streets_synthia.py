# The oracle of Table 2: the target's training images with their labels.
_base_ = "../_base_/pairs/supervised/streets_synthia.py"
train_dataloader = dict(dataset=dict(_base_.oracle_dataset, metainfo=_base_.metainfo))
