"""Every address of the web process."""

from django.urls import include, path

from triptych.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("triptych.web.accounts.urls")),
    path("api/v1/", include("triptych.web.api.urls")),
    path("", include("triptych.web.pages.urls")),
]
