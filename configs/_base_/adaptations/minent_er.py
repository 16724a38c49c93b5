# MinEnt on the 30% of each image's pixels with the highest entropy: the entropy range (ER) of
# section 4.3. Use it as `model = dict(type='DomainAdaptSegmentor', adaptation=_base_.adaptation)`.
_base_ = "minent.py"
adaptation = [dict(type="MinEnt", loss_weight=0.001, top_ratio=0.3)]
