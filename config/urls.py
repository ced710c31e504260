"""The site's addresses: the look-up for everybody, the institutions' rooms and machines, the bureau's admin."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

admin.site.site_title = admin.site.site_header = _("Zhengzhou registry of technology enterprises")
admin.site.index_title = _("The bureau's desk")
admin.site.enable_nav_sidebar = False  # the lists need the width
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # there is one sign-in

urlpatterns = [
    path("", include("enterprises.urls")),
    path("accounts/", include("config.accounts.urls")),
    path("institutions/", include("pushes.urls")),
    path("api/v1/", include("pushes.api.urls")),
    path("admin/", admin.site.urls),
]
