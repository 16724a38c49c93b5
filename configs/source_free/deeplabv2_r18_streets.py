_base_ = "../_base_/pairs/source_free/streets.py"
model = dict(
    adaptation=[dict(type="InformationMaximization", loss_weight=0.05, diversity_weight=0.3)]
)
