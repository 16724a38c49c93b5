"""The names of the rows in tables and on sheets, by the methods' names in paths, in their order."""

SOURCE_ONLY, ORACLE = "source_only", "oracle"
TITLES = {
    SOURCE_ONLY: "source only",
    "norm_statistics": "norm statistics",
    "minent": "MinEnt",
    "minent_er": "MinEnt + ER",
    "minent_cp": "MinEnt + CP",
    "adaptsegnet": "AdaptSegNet",
    "advent": "AdvEnt",
    "advent_averaged": "AdvEnt, averaged weights",
    "advent_cp": "AdvEnt + CP",
    "advent_minent": "AdvEnt + MinEnt",
    "self_training": "self-training",
    "cbst": "self-training, class-balanced",
    "esl": "ESL",
    "mean_teacher": "mean teacher",
    "minent_frozen_norms": "MinEnt, norms frozen",
    "advent_frozen_norms": "AdvEnt, norms frozen",
    ORACLE: "oracle",
}
