"""Addresses of the institutions' rooms."""

from allauth.account.views import logout
from django.urls import path
from django.views.generic import RedirectView

from pushes import public_keys
from pushes.portal import deliveries, editions, matches, people
from pushes.portal.invitation import invitation

app_name = "pushes"
urlpatterns = [
    path("sign-in/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="sign-in"),
    path("sign-out/", logout, name="sign-out"),
    path("", editions.editions, name="editions"),
    path("editions/<str:label>/", editions.edition, name="edition"),
    path("keys/", public_keys.keys, name="keys"),
    path("keys/zzkj-<str:key_id>.pem", public_keys.key, name="key"),
    path("editions/<str:label>/acknowledge", editions.acknowledge, name="acknowledge"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<uuid:delivery_id>/package", editions.download, name="download"),
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("people/", people.room, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<int:pk>/role", people.change_role, name="change-role"),
    path("people/<int:pk>/remove/", people.remove, name="remove-person"),
    path("people/invitations/<int:pk>/again", people.invite_again, name="invite-again"),
    path("people/invitations/<int:pk>/withdraw", people.withdraw, name="withdraw-invitation"),
    path("matches/", matches.matches, name="matches"),
    path("matches/template.xlsx", matches.template, name="match-template"),
    path("matches/<uuid:match_id>/", matches.match, name="match"),
    path("matches/<uuid:match_id>/progress", matches.progress, name="match-progress"),
    path("matches/<uuid:match_id>/choose", matches.choose, name="match-choose"),
    path("matches/<uuid:match_id>/delete", matches.delete, name="match-delete"),
    path("matches/<uuid:match_id>/result.<str:kind>", matches.result, name="match-result"),
]
