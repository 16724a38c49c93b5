# As self-training; tools/self_train.py gets --rule class_balanced.
_base_ = "../self_training/deeplabv2_vgg16_gta2cs.py"
target_dataloader = dict(dataset=dict(pseudo_labels="data/pseudo_labels/cbst_vgg16_gta2cs"))
