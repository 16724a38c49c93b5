"""What the data sets of both halves share: listing, naming of bad files, work in processes."""
