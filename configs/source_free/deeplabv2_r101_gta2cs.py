_base_ = "../_base_/pairs/source_free/r101_gta2cs.py"
model = dict(adaptation=[dict(type="InformationMaximization", diversity_weight=0.3)])
