# CyCADA's image level: CycleGAN, and a frozen segmentor of the source that still has to see the
# same classes. Weights are tllib's; a leaf names the segmentor's config and checkpoint.
_base_ = "cyclegan.py"
model = dict(consistency=dict(type="SemanticConsistency", loss_weight=1.0))
