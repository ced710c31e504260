"""The public pages on which enterprises object and watch: a face. Law: no account, no script, nothing of others."""
