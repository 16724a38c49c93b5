# The norms keep the source's statistics, so that what the method gains is its loss's: SSD itself
# has no norms. The loss has more to do then, and weighs more.
_base_ = "ssd_r18_foggy_streets.py"
model = dict(
    backbone=dict(norm_eval=True), adaptation=[dict(_base_.model.adaptation[0], loss_weight=1.0)]
)
