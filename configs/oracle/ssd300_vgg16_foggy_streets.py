# The upper bound: the target's training images with their boxes.
_base_ = "../_base_/pairs/supervised/ssd300_foggy_streets.py"
train_dataloader = dict(dataset=dict(_base_.oracle_dataset, _delete_=True))
