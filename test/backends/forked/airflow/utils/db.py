_REVISION_HEADS_MAP = {"3.0.0": "an old one", "3.3.2": "head"}
