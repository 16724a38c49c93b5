# The class prior (CP, eq. 10), to go with another method. A leaf names this file among its bases:
# `model = dict(adaptation=[*_base_.model.adaptation, dict(_base_.class_prior, prior=FILE)])`.
# `prior` is a file of tools/class_prior.py, or a list with the share of each class in the source's
# labels, a detector's background last. The paper names mu = 0.5 and no weight; 0.001 is that of the
# other losses.
class_prior = dict(
    type="ClassPrior", prior="data/class_prior.json", relaxation=0.5, loss_weight=0.001
)
