"""The site's addresses: the look-up for everybody, the institutions' rooms and machines, the bureau's admin."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

admin.site.site_title = admin.site.site_header = _("Zhengzhou registry of technology enterprises")
admin.site.index_title = _("The bureau's desk")
admin.site.enable_nav_sidebar = False  # the lists need the width
# There is one sign-in. Django's own form knows no second factor and locks nobody out: it takes nothing, not even from
# staff who are signed in and would be somebody else.
admin.site.login = secure_admin_login(require_safe(admin.site.login))  # type: ignore[method-assign]

urlpatterns = [
    path("", include("enterprises.urls")),
    path("", include("config.watching.urls")),
    path("accounts/", include("config.accounts.urls")),
    path("institutions/", include("financing.urls")),
    path("institutions/", include("pushes.urls")),
    path("api/v1/", include("financing.api.urls")),
    path("admin/manual/", include("registry.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "config.watching.faults.broken"
