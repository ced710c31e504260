"""Addresses of the look-up, and of what else is everybody's."""

from django.urls import path

from enterprises.views import lookup, open_figures, robots

app_name = "enterprises"
urlpatterns = [
    path("", lookup, name="lookup"),
    path("figures/", open_figures, name="figures"),
    path("robots.txt", robots, name="robots"),
]
