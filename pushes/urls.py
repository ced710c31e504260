"""Addresses of the institutions' rooms."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from pushes import public_keys, views
from pushes.forms import SignInForm

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
    path("", views.editions, name="editions"),
    path("editions/<str:label>/", views.edition, name="edition"),
    path("keys/", public_keys.keys, name="keys"),
    path("keys/zzkj-<str:key_id>.pem", public_keys.key, name="key"),
    path("editions/<str:label>/acknowledge", views.acknowledge, name="acknowledge"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<uuid:delivery_id>/package", views.download, name="download"),
]
