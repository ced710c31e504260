"""Addresses of the staff manual, below the admin's. Law: each goes through the admin's own door."""

from django.contrib import admin
from django.urls import path

from registry.admin.manual import manual, picture, whole

_inside = admin.site.admin_view

app_name = "manual"
urlpatterns = [
    path("", _inside(manual), name="first"),
    path("all/", _inside(whole), name="whole"),
    path("pictures/<str:name>", _inside(picture), name="picture"),
    path("<slug:name>/", _inside(manual), name="chapter"),
]
