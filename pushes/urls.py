"""Addresses of the institutions' rooms."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from pushes import public_keys
from pushes.forms import SignInForm
from pushes.portal import api_keys, changes, channels, deliveries, editions, members, profile

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
    path("editions/<str:label>/changes/", changes.changes, name="changes"),
    path("editions/<str:label>/members/", members.members, name="members"),
    path("editions/<str:label>/members/<str:public_id>/", members.member, name="member"),
    path("members/", members.newest, name="newest-members"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:kind>/try", channels.try_channel, name="try-channel"),
    path("channels/<slug:kind>/sign", channels.sign, name="sign-channel"),
    path("channels/<slug:kind>/pair", channels.pair, name="pair-channel"),
    path("channels/<slug:kind>/password", channels.password, name="password-channel"),
    path("channels/<slug:kind>/end-former", channels.end_former, name="end-former"),
    path("channels/<slug:kind>/ask", channels.ask, name="ask-channel"),
    path("requests/<slug:kind>/take-back", channels.take_back, name="take-back"),
    path("api-keys/", api_keys.keys, name="api-keys"),
    path("api-keys/make", api_keys.make, name="make-key"),
    path("api-keys/<slug:prefix>/replace", api_keys.replace, name="replace-key"),
    path("api-keys/<slug:prefix>/revoke", api_keys.revoke, name="revoke-key"),
    path("profile/", profile.profile, name="profile"),
    path("profile/ask/", profile.ask, name="ask-profile"),
]
