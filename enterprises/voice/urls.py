"""Addresses of objections, slips and watches."""

from django.urls import path

from enterprises.voice import objections, slips, watches

urlpatterns = [
    path("objections/", objections.follow, name="objections"),
    path("objections/new/", objections.new, name="objection-new"),
    path("objections/<str:number>/", objections.follow, name="objection"),
    path("slips/", slips.check, name="slips"),
    path("slips/new/", slips.new, name="slip-new"),
    path("slips/<str:number>.pdf", slips.pdf, name="slip-pdf"),
    path("slips/<str:number>/", slips.slip, name="slip"),
    path("watch/confirm/<str:token>/", watches.confirm, name="watch-confirm"),
    path("watch/end/<str:token>/", watches.end, name="watch-end"),
    path("watch/<str:public_id>/", watches.ask, name="watch"),
]
