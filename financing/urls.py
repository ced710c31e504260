"""Addresses of the institutions' rooms about financing: beside those of `pushes.urls`, under the same roof."""

from django.urls import URLPattern

app_name = "financing"
urlpatterns: list[URLPattern] = []
