"""Addresses of the institutions' rooms about financing: beside those of `pushes.urls`, under the same roof."""

from django.urls import path

from financing.portal import figures

app_name = "financing"
urlpatterns = [
    path("statistics/", figures.statistics, name="statistics"),
]
