"""The site's addresses, and a view that does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as of_the_site


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse("constant")


urlpatterns = [path("constant/", constant), *of_the_site]
