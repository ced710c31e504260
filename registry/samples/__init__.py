"""Sample lists: excerpts of real ones (`real/`), and a made-up city. Law: the made up say so by name."""
