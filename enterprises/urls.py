"""Addresses of the look-up, of objections and watches, and of what else is everybody's."""

from django.urls import include, path

from enterprises.views import lookup, open_figures, robots

app_name = "enterprises"
urlpatterns = [
    path("", lookup, name="lookup"),
    path("figures/", open_figures, name="figures"),
    path("robots.txt", robots, name="robots"),
    path("", include("enterprises.voice.urls")),
]
