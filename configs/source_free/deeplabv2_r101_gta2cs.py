_base_ = [
    "../_base_/pairs/source_free/r101_gta2cs.py",
    "../_base_/adaptations/information_maximization.py",
]
model = dict(adaptation=[dict(_base_.information_maximization, diversity_weight=0.3)])
