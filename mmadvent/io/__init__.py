"""Files: listing, reading, decoding, writing all or nothing, work in processes."""
