"""Speed and memory: of each part beside the reference, and how they grow."""
