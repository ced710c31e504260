"""The files of a package, one module each, and the two ways of writing a table."""
