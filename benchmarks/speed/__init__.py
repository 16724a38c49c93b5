"""What a training step costs, beside the way that the paper's released code does it.

``python -m benchmarks.speed --help`` says how to run them.
"""
