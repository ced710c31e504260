"""What is said of each problem of a row. Law: every problem that `checking` can name has its words here."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "former_name_split": _("A former name was glued to the name; it was split off."),
    "name_is_a_code": _("The name cell holds a credit code. Look the name up and write it in."),
    "remark_split": _("A remark or a mark was glued to the name; it was split off."),
    "name_cleaned": _("The name held line breaks or characters that cannot be seen; they were taken out."),
    "cells_shifted": _("The cells of this row stand in the wrong columns. Compare it with the published list."),
    "cells_beyond_header": _("The row has more cells than the header. Perhaps its cells are shifted."),
    "cell_error": _("A cell holds a spreadsheet's error instead of a value; it was taken for empty."),
    "branch": _("This is a branch. Programmes recognise legal persons: look whether its company is meant."),
    "name_missing": _("The row has no enterprise name."),
    "name_garbled": _("Characters of the name were lost in a wrong encoding. Get the list again from its source."),
    "name_too_long": _("The name is too long to be one."),
    "name_not_in_full": _("This is a short name, not the full registered one."),
    "name_incomplete": _(
        "The end of the name is missing or miswritten. "
        "The row is used where it is plain whose it is; else a person is asked."
    ),
    "row_number_split": _("A row number was glued to the name; it was split off."),
    "former_name_missing": _("A change of name needs the former name too."),
    "uscc_lost_digits": _(
        "The credit code was stored as a number and lost digits. Format the column as text and fill it anew."
    ),
    "uscc_shape": _("The credit code does not have 18 digits and letters."),
    "uscc_check": _("The credit code's check character is wrong: a digit was mistyped."),
    "uscc_is_old_number": _("This is a registration number or an organisation code, not a unified social credit code."),
    "old_code_check": _("The organisation code or registration number does not pass its check; it is not used."),
    "org_code_check": _(
        "The credit code passes its check, the organisation code within it does not. A few real codes are so."
    ),
    "names_equal": _("The new name and the former name are the same."),
    "number_shape": _("The number does not have this programme's shape."),
    "number_lost_digits": _(
        "The number was stored as a spreadsheet's number and lost digits. Fill it in anew as text."
    ),
    "number_rounded": _(
        "The number ends in 000, as numbers do that a spreadsheet rounded. Compare it with the notice."
    ),
    "district_unknown": _("The district is not one of this city's."),
    "city_of_another": _(
        "The row is another city's. If the list covers other cities too, tick so on its page, under the notice's facts."
    ),
    "place_missing": _("The row names neither city nor district, so it stays outside the pool."),
    "not_passed": _("By its own result the row was not passed."),
    "date_unreadable": _(
        "The date cannot be read, or nobody can mean its year. Write it as the notice has it, such as 2025-01-10."
    ),
    "period_open": _("The row states that it has no end."),
    "period_backwards": _("The period ends before it begins."),
    "year_unreadable": _("The year cannot be read."),
    "year_doubtful": _("What stands for the year is none that can be meant."),
    "points_missing": _("The row has neither a total nor a grade nor any indicator."),
    "points_year_missing": _(
        "Which year the points are of is not said: give the period in the notice, or a column of the year."
    ),
    "points_year_unreadable": _("The year of the points cannot be read."),
    "points_not_a_number": _("This is no number. An indicator is left out; a row without its total is not used."),
    "points_too_high": _("This is above the highest value. An indicator is left out; a row's total must be right."),
    "points_grade_unknown": _("This is none of the grades; it is left out."),
    "line_twice": _("The name stands in this list before."),
    "code_twice": _("The credit code stands in this list before, with another name."),
    "number_twice": _("The number stands in this list before, with another name."),
}

SEVERITIES = {"error": _("error"), "warning": _("warning"), "note": _("note")}

REMARKS = {
    "two_row_header": _("The header takes two rows; they were read as one."),
    "side_by_side": _("Blocks of columns side by side; they were read one after another."),
    "header_repeated": _("Headers repeated within the rows; they were left out."),
    "heading_dropped": _("Headings, signatures and the like; they were left out."),
    "footer_dropped": _("Page numbers, totals and footnotes; they were left out."),
    "hidden_rows": _("Rows that the file hides. They were read like all others: compare them with the notice."),
    "kind_differs": _("The title reads as another kind of notice. Compare it before confirming."),
    "count_differs": _("The file's own count of enterprises, which differs from the rows read."),
}

# What became of a row since the list before.
FATE_WORDS = {"new": _("New"), "same": _("The same"), "changed": _("Changed"), "gone": _("Gone")}
