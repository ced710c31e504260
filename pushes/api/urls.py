"""Addresses for institutions' machines. Law: what /api/v1/ promises stays; what changes gets another number."""

from django.urls import path

from pushes.api import views

app_name = "api"
urlpatterns = [path("deliveries/<uuid:delivery_id>/package", views.package, name="package")]
