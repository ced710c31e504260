"""Addresses of the institutions' rooms about financing: beside those of `pushes.urls`, under the same roof."""

from django.urls import path

from financing.portal import feedback, one, templates

app_name = "financing"
urlpatterns = [
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/mistakes/", feedback.mistakes, name="mistakes"),
    path("feedback/<uuid:feedback_id>/", one.one, name="one"),
    path("feedback/<uuid:feedback_id>/progress", one.progress, name="progress"),
    path("feedback/<uuid:feedback_id>/faults.xlsx", one.faults, name="faults"),
    path("feedback/<uuid:feedback_id>/accept", one.accept, name="accept"),
    path("feedback/<uuid:feedback_id>/drop", one.drop, name="drop"),
    path("feedback/<str:label>/template.<str:kind>", templates.template, name="template"),
    path("feedback/<str:label>/members.<str:kind>", templates.members, name="members"),
]
