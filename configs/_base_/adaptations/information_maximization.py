# Source-free adaptation, with the numbers of SHOT. A leaf names this file among its bases, beside
# one of `pairs/source_free/`, and has `model = dict(adaptation=[_base_.information_maximization])`.
# Classes of streets are far from equally frequent: less diversity is better there.
information_maximization = dict(
    type="InformationMaximization", loss_weight=1.0, diversity_weight=1.0, pseudo_label_weight=0.3
)
