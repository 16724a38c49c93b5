"""What runs left behind, as tables, pages and pictures, beside the figures of the papers."""
