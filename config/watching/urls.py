"""Addresses for machines that watch."""

from django.urls import path

from config.watching import views

urlpatterns = [
    path("health/live", views.live, name="health-live"),
    path("health/web", views.web, name="health-web"),
    path("health/ready", views.ready, name="health-ready"),
    path("metrics", views.measured, name="metrics"),
]
