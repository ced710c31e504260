"""Addresses of the institutions' rooms."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from pushes import public_keys
from pushes.forms import SignInForm
from pushes.portal import deliveries, editions, manual

app_name = "pushes"
urlpatterns = [
    path(
        "sign-in/",
        LoginView.as_view(
            template_name="pushes/sign_in.html",
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
        ),
        name="sign-in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("", editions.editions, name="editions"),
    path("editions/<str:label>/", editions.edition, name="edition"),
    path("keys/", public_keys.keys, name="keys"),
    path("keys/zzkj-<str:key_id>.pem", public_keys.key, name="key"),
    path("editions/<str:label>/acknowledge", editions.acknowledge, name="acknowledge"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<uuid:delivery_id>/package", editions.download, name="download"),
    path("manual/", manual.manual, name="manual"),
    path("manual/<slug:name>/", manual.manual, name="manual-of"),
]
