"""What a project gets from django-import-export as its guide shows it: a model, a resource, an admin."""
