_base_ = [
    "../_base_/pairs/source_free/vgg16_streets_to_camvid.py",
    "../_base_/adaptations/information_maximization.py",
]
model = dict(
    adaptation=[dict(_base_.information_maximization, loss_weight=0.05, diversity_weight=0.3)]
)
