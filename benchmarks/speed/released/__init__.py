"""The reference: what the paper's released code does, in plain PyTorch.

Logits are upsampled to the image, then the softmax is taken, then -p log2(p + 1e-30) / log2(C);
pixels without a label are cut out by a boolean index; every loss of a discriminator has a forward
of its own; float32, contiguous. Written from the paper and from what that code is known to do.
"""
