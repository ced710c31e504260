"""The evidence ladder (pure): rows in, clusters, what waits and what is asked out.

Law: the clusters follow from the set of rows and of people's words alone, not from the order in which they came. Each
rung is climbed by all rows at once; the surer come first.

person        a person said that two rows are of one enterprise
code          one organisation code, out of a credit code or stated, and one spelling of the name
number        one certificate number, and one spelling
registration  one registration number, and one spelling
name          one spelling in one city, where nothing speaks against it
name_here     one spelling, which several bear: the district tells whose it is
rename        a published change of name
former        a former name that a list states beside the name
code_like     one code, names that differ as people write them
number_like   one certificate number, the same
code_repaired a code with one slip of the pen, and such a name
form_damaged  a legal form that no register holds, and else the same name
…_here        names that differ in a way that was measured, in one district

A row that takes something away founds nobody and changes nobody: it is brought to what the others gave (`taking`).
"""

from enterprises.matching import exactly, holding, likening, rungs
from enterprises.matching.climbing import Climb
from enterprises.matching.said import Decided, Words
from enterprises.matching.stated import Evidence
from enterprises.matching.taking import take

# In this order; each rung is climbed by all rows at once.
_RUNGS = (
    exactly.by_words,
    exactly.by_identifiers,
    exactly.by_lists,
    exactly.by_name,
    exactly.by_former_names,
    likening.beside_identifiers,
    likening.by_likeness,
    holding.hold_incomplete,
    holding.hold_contested,
)


def decide(evidence: Evidence, words: Words, *, line: float = rungs.LINE) -> Decided:
    """Who is who among the rows. `line` is the precision from which a measured rung may tie."""
    climb = Climb(evidence, words, line=line)
    for rung in _RUNGS:
        rung(climb)
    take(evidence, words, climb.decided)
    return climb.decided
