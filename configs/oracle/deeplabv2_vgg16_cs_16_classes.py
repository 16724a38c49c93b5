# The oracle of Table 2: the same network with the labels of Cityscapes' training images.
_base_ = "../_base_/pairs/supervised/vgg16_synthia2cs.py"
train_dataloader = dict(dataset=dict(_base_.oracle_dataset, metainfo=_base_.metainfo))
