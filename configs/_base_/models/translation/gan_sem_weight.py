# The semantic GAN one way, "GAN + sem + weight". The paper does not say what is weighted where
# nothing comes back. Ours: the distance between the translated image and the source image itself,
# as the author's earlier prototype has it, with the weights of the reconstruction. The loss weight
# is ours too: 10 would hold every color.
_base_ = "gan_sem.py"
model = dict(content=dict(type="WeightedReconstructionLoss", loss_weight=1.0))
