"""When the pool was rebuilt, and what came out."""

from django.contrib import admin

from enterprises.models import PoolRebuild
from registry.admin.read_only import ReadOnlyAdmin


@admin.register(PoolRebuild)
class PoolRebuildAdmin(ReadOnlyAdmin):
    list_display = ("as_of", "members", "recognitions", "known_by", "built_at")
