"""Addresses of the look-up, of objections and watches."""

from django.urls import include, path

from enterprises.views import lookup

app_name = "enterprises"
urlpatterns = [path("", lookup, name="lookup"), path("", include("enterprises.voice.urls"))]
