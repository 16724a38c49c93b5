# The oracle of Table 2: the target's training images with their labels.
_base_ = "../_base_/pairs/supervised/streets_group_norm.py"
train_dataloader = dict(dataset=_base_.oracle_dataset)
