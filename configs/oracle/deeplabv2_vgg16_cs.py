# The oracle of Table 2: the same network with the labels of Cityscapes' training images.
_base_ = "../_base_/pairs/supervised/vgg16_gta2cs.py"
train_dataloader = dict(dataset=_base_.oracle_dataset)
