"""How people sign in, whoever they are: one door for the bureau and for institutions. It knows no institution."""
