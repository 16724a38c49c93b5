"""Which of upstream's models and command lines work with this package: tables made by running."""
