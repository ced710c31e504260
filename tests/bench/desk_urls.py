"""The site's addresses, and a view that asks the database for nothing, behind the same sign-in."""

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as of_the_site


def nothing(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        (one,) = cursor.fetchone()
    return HttpResponse(str(one))


urlpatterns = [path("nothing/", admin.site.admin_view(nothing)), *of_the_site]
