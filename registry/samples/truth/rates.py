"""How often lists go wrong, and how (pure). Law: estimates; `errors` scales the slips alone."""

# Habits and facts of life, which no multiplier touches.
ROWS_AFTER_FIRST = 0.625  # that one more row follows: 2.67 rows of an enterprise on average
SIBLING = 0.02  # of enterprises: one more whose name differs by a character, a place, a number, a business …
HOMONYM = 0.00005  # of exactly the same name in another district
RENAMED = {"form": 0.03, "region": 0.025, "full": 0.045, "group": 0.004}  # of those listed in two years or more
NOTICED = 0.5  # of renames, those that a notice tells of
NOTICE_WITH_NUMBER = 0.4  # of notices, those that state a high-tech certificate if there is one
LISTS_WITH_CODE = 0.4
LISTS_WITH_ORG_CODE = 0.04
ORG_CODES_UNTIL = 2018
LISTS_WITHOUT_DISTRICT = 0.2
DISTRICT_MISSING = 0.19  # in the other lists: 35 % of all rows
OLD_NAME_NOTED = 0.1  # of rows after a rename

# Slips of rows, each a share of the rows that it can happen to.
CODE_MISSING = 0.05
REG_NO_INSTEAD = 0.01
LISTED_TWICE = 0.0008
DISTRICT_WRONG = 0.01
CERT_TYPO = 0.002
CODE_SLIPS = {
    "code_wrong": 0.0003,
    "code_excel": 0.0008,
    "code_ocr": 0.006,
    "code_typo": 0.004,
    "code_drop": 0.001,
    "code_swap": 0.001,
    "code_fullwidth": 0.003,
    "code_space": 0.008,
    "code_lower": 0.01,
}
# In the order in which they befall a name: what its words are, its characters, its dress.
NAME_SLIPS = {
    "nm_zeren": 0.006,
    "nm_youxian": 0.001,
    "nm_prov_suffix": 0.006,
    "nm_city_suffix": 0.006,
    "nm_prov_add": 0.004,
    "nm_region_drop": 0.003,
    "nm_region_move": 0.0008,
    "nm_homophone": 0.004,
    "nm_visual": 0.001,
    "nm_drop": 0.002,
    "nm_double": 0.0008,
    "nm_swap": 0.0006,
    "nm_cut": 0.001,
    "nm_bracket": 0.5,
    "nm_fullascii": 0.15,
    "nm_trad": 0.003,
    "nm_note": 0.003,
    "nm_rowno": 0.002,
    "nm_punct": 0.002,
    "nm_space": 0.015,
}
