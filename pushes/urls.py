"""Addresses of the institutions' rooms."""

from allauth.account.views import logout
from django.urls import path
from django.views.generic import RedirectView

from pushes import public_keys
from pushes.portal import api_keys, changes, channels, deliveries, editions, manual, matches, members, people, profile
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
    path("manual/", manual.manual, name="manual"),
    path("manual/platform-api.schema.json", manual.platform_schema, name="platform-schema"),
    path("manual/<slug:name>/", manual.manual, name="manual-of"),
]
