"""What the checker knows of the record types: written down here by hand, from the protocol's description and not from its code."""
PERSON, PLAN, OBJECTIVE, ACTION, ITEM, RACI, COMMENT, GRANT, LINE, MONTH, EXPENSE = 1, 10, 11, 20, 21, 30, 31, 32, 40, 41, 42

PARENT = {12: 1, 18: 1, ITEM: 1, 22: 1, RACI: 1, COMMENT: 1, MONTH: 1, EXPENSE: 1, 51: 1, 68: 1, 71: 1, 72: 1, 73: 1, 82: 1}  # type -> field with the id of the record above
REFERENCES = {  # type -> {field: types it may point at, None: any of the space}; those into other spaces are weak and left out
    OBJECTIVE: {2: (OBJECTIVE,), 18: (70, 71)}, ACTION: {2: (13,), 19: (ACTION,)}, ITEM: {1: (ACTION,)}, RACI: {1: (ACTION, PLAN, LINE)}, COMMENT: {1: None, 4: (COMMENT,)},
    LINE: {2: (13,), 3: (ACTION,), 10: (50,)}, MONTH: {1: (LINE,)}, EXPENSE: {1: (LINE,), 11: (EXPENSE,), 12: (50,)},
}
REQUIRED = {PLAN: (1, 3, 4, 6), OBJECTIVE: (1,), ACTION: (1,), ITEM: (1, 2), RACI: (1, 2, 3), COMMENT: (1, 2), LINE: (1, 4), MONTH: (1, 2, 3), EXPENSE: (1, 2, 3, 4)}
TEXTS = {(PLAN, 2), (OBJECTIVE, 6), (ACTION, 3), (COMMENT, 2), (LINE, 11)}  # merged by words
SETS = {(ACTION, 12), (ACTION, 13), (ACTION, 14)}
COUNTERS = {(ACTION, 17): (0, 40)}  # bounds that the load asks for
RANKS = {(ACTION, 24), (ITEM, 5), (OBJECTIVE, 17), (12, 8), (13, 14), (15, 13), (16, 11), (17, 6), (19, 12), (60, 13), (61, 8), (62, 12), (63, 13), (64, 7),
         (65, 13), (68, 10), (70, 11), (71, 7), (73, 4)}  # places in lists
GIVEN_BY = (RACI, 5)  # who made its holder (field 3) the one
BY_SERVER = {(COMMENT, 3), GIVEN_BY} | RANKS
RANK_BYTES = 64
NATURAL = (RACI, MONTH)  # two people may make the same one
TITLES = {LINE: ("budget_line", [("title", 1, "text"), ("planned", 7, "number")]), ACTION: ("action", [("title", 1, "text"), ("quantity_done", 17, "number")]),
          COMMENT: ("comment", [("body", 2, "text")]), EXPENSE: ("expense", [("title", 2, "text"), ("net", 6, "number")])}
