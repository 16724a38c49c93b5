# The class prior (CP, eq. 10), to go with another method. Use it as
# `model = dict(type='DomainAdaptSegmentor', adaptation=[*_base_.adaptation, _base_.class_prior])`.
# `prior` is a file of tools/class_prior.py, or a list with the share of each class in the source's
# labels, a detector's background last. The paper names mu = 0.5 and no weight; 0.001 is that of the
# other losses.
class_prior = dict(
    type="ClassPrior", prior="data/class_prior.json", relaxation=0.5, loss_weight=0.001
)
