"""The site's addresses: the look-up for everybody, the institutions' rooms and machines, the bureau's admin."""

from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from config.accounts import AccountAdmin

admin.site.site_title = admin.site.site_header = _("Zhengzhou registry of technology enterprises")
admin.site.index_title = _("The bureau's desk")
admin.site.enable_nav_sidebar = False  # the lists need the width
admin.site.unregister(User)
admin.site.register(User, AccountAdmin)

urlpatterns = [
    path("", include("enterprises.urls")),
    path("institutions/", include("pushes.urls")),
    path("api/v1/", include("pushes.api.urls")),
    path("admin/", admin.site.urls),
]
