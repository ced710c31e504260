"""Addresses of the look-up."""

from django.urls import path

from enterprises.views import lookup

app_name = "enterprises"
urlpatterns = [path("", lookup, name="lookup")]
