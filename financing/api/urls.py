"""Addresses for institutions' machines, with the operations of this app among them."""

from financing.api import feedback
from pushes.api.urls import addresses

OPERATIONS = (feedback,)  # each puts its own into the interface, before the addresses are taken
app_name = "api"
urlpatterns = addresses()
