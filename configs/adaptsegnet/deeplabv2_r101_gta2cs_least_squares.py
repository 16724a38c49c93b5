# The least-squares objective, which the released code offers beside the paper's cross-entropy.
_base_ = "deeplabv2_r101_gta2cs.py"
model = dict(adaptation=[dict(type="AdaptSegNet", loss_weight=0.001, objective="least_squares")])
