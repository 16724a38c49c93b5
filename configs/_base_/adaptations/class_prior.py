# The class prior (eq. 10), to go with another method. Use it as
# `model = dict(type='DomainAdaptSegmentor', adaptation=[*_base_.adaptation, _base_.class_prior])`.
# The prior is a list with the share of each class in the source's labels, a detector's background
# last, or the path of a JSON file {"classes": [...], "prior": [...]}.
class_prior = dict(
    type="ClassPrior", prior="data/class_prior.json", relaxation=0.5, loss_weight=0.001
)
